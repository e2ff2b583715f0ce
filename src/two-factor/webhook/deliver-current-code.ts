import type { AccountStore } from '../../accounts/account.store.ts'
import type { Account } from '../../accounts/account.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { Delivery } from '../second-factor.ts'
import type { TotpStore } from '../totp/totp.store.ts'
import { codeAtStep, startOfStep, stepAt } from '../totp/totp.ts'
import type { CodeMessage, DeliverCode } from './code-delivery.ts'
import { deliverAndRecord } from './record-delivery.ts'
import type { SendOnceDeps } from './send-once.ts'
import { sendOnce } from './send-once.ts'

export interface DeliverCurrentCodeDeps extends SendOnceDeps {
  readonly currentPolicy: CurrentAuthPolicy
  readonly totp: TotpStore
  readonly accounts: AccountStore
  readonly deliverCode: DeliverCode
}

type Webhook = Parameters<DeliverCode>[0]

/**
 * Sends the code of the current step by webhook, where one is set and the user's 2FA is on, at most once in 30 seconds. Only a
 * transport: it knows no code of its own. Where the current step is used up already nothing is sent, since its code would be refused.
 */
export const deliverCurrentCode = async (
  deps: DeliverCurrentCodeDeps,
  userId: string,
  origin: RequestOrigin,
): Promise<Delivery> => {
  const way = await wayTo(deps, userId)
  if (way === undefined) return { kind: 'none' }
  const { webhook, key, credential } = way
  const account = await deps.accounts.find(userId)
  if (account === undefined) return { kind: 'none' }

  const step = stepAt(deps.clock.now())
  if (step <= credential.lastStep)
    return noted(deps, userId, { kind: 'waiting', until: startOfStep(credential.lastStep + 1) })
  const { validPastTokensCount } = await deps.currentPolicy()
  const { delivery } = await sendOnce(deps, {
    userId,
    origin,
    isStillGood: (sentAt) => {
      const sent = stepAt(new Date(sentAt))
      return sent > credential.lastStep && sent >= step - validPastTokensCount
    },
    send: () =>
      callReceiver(deps, webhook, origin, {
        user: userDocument(account, true, credential.transport),
        token: codeAtStep(key, step),
      }),
  })
  return delivery
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

/** One call of the receiver, and the record of it. */
export const callReceiver = async (
  deps: DeliverCurrentCodeDeps,
  webhook: Webhook,
  origin: RequestOrigin,
  message: CodeMessage,
): Promise<Delivery> => {
  const { outcome } = await deliverAndRecord(deps, webhook, message, {
    userId: String(message.user.id),
    origin,
  })
  const at = deps.clock.now().getTime()
  return outcome.kind === 'delivered' ? { kind: 'sent', at } : { kind: 'failed', at }
}

/** What the pages for a signed-in person say of it. */
const noted = async (deps: SendOnceDeps, userId: string, delivery: Delivery): Promise<Delivery> => {
  await deps.totp.replaceDelivery(userId, await deps.totp.findDelivery(userId), delivery)
  return delivery
}

/** The User as a read shows it: documents hold no secret, and `twoFactor` tells the receiver the transport. */
export const userDocument = (
  account: Account,
  enabled: boolean,
  transport: string | undefined,
): CodeMessage['user'] => {
  const twoFactor: JsonObject = transport === undefined ? { enabled } : { enabled, transport }
  return { ...account.document, id: account.id, resourceType: 'User', twoFactor }
}
