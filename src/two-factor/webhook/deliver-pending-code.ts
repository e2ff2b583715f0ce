import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { fromBase32 } from '../totp/base32.ts'
import type { PendingTotp } from '../totp/totp.store.ts'
import { codeAtStep, stepAt } from '../totp/totp.ts'
import type { DeliverCurrentCodeDeps } from './deliver-current-code.ts'
import { callReceiver, userDocument } from './deliver-current-code.ts'
import type { Sending } from './send-once.ts'
import { sendOnce } from './send-once.ts'

/**
 * Sends the code that makes a pending secret the active one, to who shall have codes sent from then on; undefined where
 * no webhook is set. Under the limit of all other codes of the account.
 */
export const deliverPendingCode = async (
  deps: DeliverCurrentCodeDeps,
  { userId, secret, transport }: PendingTotp,
  origin: RequestOrigin,
): Promise<Sending | undefined> => {
  const { webhook } = await deps.currentPolicy()
  const account = webhook === undefined ? undefined : await deps.accounts.find(userId)
  if (webhook === undefined || account === undefined) return undefined
  const key = { bytes: fromBase32(secret), algorithm: 'SHA1' } as const
  return sendOnce(deps, {
    userId,
    origin,
    isStillGood: () => true,
    send: () =>
      callReceiver(deps, webhook, origin, {
        user: userDocument(account, false, transport),
        token: codeAtStep(key, stepAt(deps.clock.now())),
      }),
  })
}
