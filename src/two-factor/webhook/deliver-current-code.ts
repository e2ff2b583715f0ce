import type { AccountStore } from '../../accounts/account.store.ts'
import type { Account } from '../../accounts/account.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { Delivery } from '../second-factor.ts'
import type { TotpCredential, TotpStore } from '../totp/totp.store.ts'
import { codeAtStep, startOfStep, stepAt } from '../totp/totp.ts'
import type { CodeMessage, DeliverCode } from './code-delivery.ts'

export interface DeliverCurrentCodeDeps {
  readonly clock: Clock
  readonly currentPolicy: CurrentAuthPolicy
  readonly totp: TotpStore
  readonly accounts: AccountStore
  readonly deliverCode: DeliverCode
  readonly auditLog: AuditLog
}

/**
 * Sends the code of the current step by webhook, where one is set and the user's 2FA is on. Only a transport: it knows no
 * code of its own. Where the current step is used up already nothing is sent, since its code would be refused.
 */
export const deliverCurrentCode = async (
  deps: DeliverCurrentCodeDeps,
  userId: string,
  origin: RequestOrigin,
): Promise<Delivery> => {
  const way = await wayTo(deps, userId)
  if (way === undefined) return { kind: 'none' }
  const { webhook, key, credential } = way

  const step = stepAt(deps.clock.now())
  if (step <= credential.lastStep) return { kind: 'waiting', until: startOfStep(credential.lastStep + 1) }
  const account = await deps.accounts.find(userId)
  if (account === undefined) return { kind: 'none' }

  const outcome = await deps.deliverCode(webhook, {
    user: userDocument(account, credential),
    token: codeAtStep(key, step),
  })
  const at = deps.clock.now().getTime()
  const event = { event: 'two-factor-delivery', userId, factor: 'totp', origin } as const
  if (outcome.kind === 'delivered') {
    await deps.auditLog.record({ ...event, outcome: 'success' })
    return { kind: 'sent', at }
  }
  await deps.auditLog.record({ ...event, outcome: 'failure', reason: outcome.reason })
  return { kind: 'failed', at }
}

/** How codes reach a user; undefined where the user is sent none. */
export const wayTo = async (deps: Pick<DeliverCurrentCodeDeps, 'currentPolicy' | 'totp'>, userId: string) => {
  const { webhook } = await deps.currentPolicy()
  if (webhook === undefined) return undefined
  const credential = await deps.totp.find(userId)
  if (credential?.key === undefined) return undefined
  if (webhook.when === 'transport' && credential.transport === undefined) return undefined
  return { webhook, credential, key: credential.key }
}

/** The User as a read shows it: documents hold no secret, and `twoFactor` tells the receiver the transport. */
const userDocument = (account: Account, credential: TotpCredential): CodeMessage['user'] => {
  const twoFactor: JsonObject =
    credential.transport === undefined
      ? { enabled: true }
      : { enabled: true, transport: credential.transport }
  return { ...account.document, id: account.id, resourceType: 'User', twoFactor }
}
