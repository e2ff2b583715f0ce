import type { AuditLog } from '../audit/audit-log.store.ts'
import { networkOf } from '../http/client-address.ts'
import type { Clock } from '../kernel/clock.ts'
import { Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Suspect } from './client-guess-budget.ts'
import { secondsUsedUp, withOneMoreWrong } from './client-guess-budget.ts'
import type { ClientGuessLimit } from './client-guess-limit.store.ts'

interface ClientSuspicionDeps {
  readonly limit: ClientGuessLimit
  readonly auditLog: AuditLog
  readonly clock: Clock
}

/** Which networks showed wrong credentials of clients, of whatever kind. */
export interface ClientSuspicion {
  /** To be asked before credentials are looked at; costs a read for networks that erred lately. @throws {Problem} rate-limited */
  requireBudget(origin: RequestOrigin): Promise<void>
  /** To be asked when they were right: wrong ones that came with them may not be in the database yet. @throws {Problem} rate-limited */
  requireSomeLeft(origin: RequestOrigin): void
  /** Counts and records wrong ones. `clientId` is undefined where there is no such client. */
  countWrong(clientId: string | undefined, reason: string, origin: RequestOrigin): Promise<void>
}

/** How many networks with wrong answers this process keeps in mind. */
const MAX_SUSPECTS = 10_000
const SUSPECT_MILLISECONDS = 120_000

/**
 * Counts wrong credentials of clients per network in the database. A network that used up its budget is refused before
 * what it sends is looked at, and of guesses sent at once the right one behind a budget of wrong ones is worth nothing
 * either. Networks that never erred cost no read.
 */
export const createClientSuspicion = ({ limit, auditLog, clock }: ClientSuspicionDeps): ClientSuspicion => {
  const suspects = new Map<string, Suspect>()

  return {
    requireBudget: async ({ address }) => {
      const now = clock.now()
      const suspect = suspects.get(networkOf(address))
      if (suspect !== undefined && now.getTime() - suspect.lastAt < SUSPECT_MILLISECONDS)
        refuseFor(await limit.secondsToWait(address, now))
    },
    requireSomeLeft: ({ address }) =>
      refuseFor(secondsUsedUp(suspects.get(networkOf(address)), clock.now().getTime())),
    countWrong: async (clientId, reason, origin) => {
      const now = clock.now()
      if (suspects.size >= MAX_SUSPECTS) suspects.clear()
      const network = networkOf(origin.address)
      suspects.set(network, withOneMoreWrong(suspects.get(network), now.getTime()))
      await limit.countWrong(origin.address, now, [
        auditLog.step({
          event: 'client-authentication',
          outcome: 'failure',
          reason,
          // NOTE: what was typed as an unknown id may be a secret in the wrong field, so it is not written down.
          ...(clientId === undefined ? {} : { clientId }),
          origin,
        }),
      ])
    },
  }
}

const refuseFor = (seconds: number | undefined): void => {
  if (seconds !== undefined) throw new Problem({ kind: 'rate-limited', retryAfterSeconds: seconds })
}
