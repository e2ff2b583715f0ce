import type { AuditEvent } from '../../audit/audit-event.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Client } from '../../clients/client.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import { kindOf } from '../introspect/introspect.ts'
import type { IssuedTokenStore } from '../issued-token.store.ts'
import type { TokenStore } from '../token/token.store.ts'

export interface RevokeDeps {
  readonly issuedTokens: IssuedTokenStore
  readonly tokens: Pick<TokenStore, 'endFamilySteps'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/**
 * Ends a token of the client (RFC 7009 §2.1): an access token alone, a refresh token with every token of its family. So does
 * one that was replaced: its client may have lost the answer with the next. What is unknown, over, or another client's is left
 * as it is, and the answer is the same (§2.2).
 */
export const revoke = async (
  deps: RevokeDeps,
  client: Client,
  { token, hint, origin }: { token: string; hint: string | undefined; origin: RequestOrigin },
): Promise<void> => {
  const at = deps.clock.now()
  const found = await deps.issuedTokens.find(hashSecretToken(token), at, kindOf(hint))
  if (found === undefined) return
  const event: AuditEvent = {
    event: 'token-revoke',
    outcome: 'success',
    clientId: client.id,
    actor: `Client/${client.id}`,
    origin,
    detail: { token: found.kind, sessionId: found.id },
    ...(found.userId === undefined ? {} : { userId: found.userId }),
  }
  if (found.clientId !== client.id) {
    await deps.auditLog.record({ ...event, outcome: 'failure', reason: 'other-client' })
    return
  }
  if (!found.isLive && !found.isReplaced) return
  const steps =
    found.kind === 'refresh'
      ? deps.tokens.endFamilySteps(found.familyId, 'revoked', at)
      : [deps.issuedTokens.endAccessStep(found.id, at)]
  await commit(deps.transact, [...steps, deps.auditLog.step(event)])
}
