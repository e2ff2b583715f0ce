import type { AccountStore } from '../accounts/account.store.ts'
import type { PasswordStore } from '../accounts/password.store.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { hashSecretToken, newSecretToken } from '../kernel/secret-token.ts'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { PasswordResetStore } from './password-reset.store.ts'
import type { ResetTokens } from './reset-token.ts'

/** How long a link may be on its way to its person. */
export const LINK_SECONDS = 15 * 60

export interface ForceResetDeps {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly passwords: Pick<PasswordStore, 'removeStep'>
  readonly passwordResets: PasswordResetStore
  readonly resetTokens: ResetTokens
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  readonly random: Random
  readonly endSessionsOf: (userId: string, reason: string, at: Date) => readonly WriteStep[]
  readonly forgetDevicesOf: (userId: string) => readonly WriteStep[]
}

export interface ForceResetRequest {
  readonly userId: string
  /** `User/x` or `Client/y`, who may do this. */
  readonly actor: string | undefined
  readonly origin: RequestOrigin
}

/**
 * Takes the user's password away and issues the one link that sets a new one: 15 minutes, once, instead of any earlier
 * link. The second factor stays, and the link asks for it. In the same transaction all sessions and tokens of the user end.
 */
export const forceReset = async (
  deps: ForceResetDeps,
  { userId, actor, origin }: ForceResetRequest,
): Promise<{ readonly kind: 'issued'; readonly token: string } | { readonly kind: 'unknown-user' }> => {
  const event = {
    event: 'password-force-reset',
    factor: 'password',
    origin,
    ...(actor === undefined ? {} : { actor }),
  } satisfies Partial<AuditEvent>
  if ((await deps.accounts.find(userId)) === undefined) {
    await deps.auditLog.record({ ...event, outcome: 'failure', reason: 'unknown-user' })
    return { kind: 'unknown-user' }
  }
  const jti = newSecretToken(deps.random)
  const at = deps.clock.now()
  const expiresAt = new Date(at.getTime() + LINK_SECONDS * 1000)
  await commit(deps.transact, [
    deps.passwordResets.issueStep(userId, hashSecretToken(jti), expiresAt),
    deps.passwords.removeStep(userId),
    ...deps.endSessionsOf(userId, 'password-reset', at),
    ...deps.forgetDevicesOf(userId),
    deps.auditLog.step({ ...event, outcome: 'success', userId }),
  ])
  const token = deps.resetTokens.sign({ userId, jti, proof: 'link', expiresAt: expiresAt.getTime() })
  return { kind: 'issued', token }
}
