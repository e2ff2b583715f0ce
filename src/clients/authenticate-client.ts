import type { AuditLog } from '../audit/audit-log.store.ts'
import { networkOf } from '../http/client-address.ts'
import type { Clock } from '../kernel/clock.ts'
import { Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { ClientStore } from './client.store.ts'
import type { Client } from './client.ts'
import type { Suspect } from './client-guess-budget.ts'
import { secondsUsedUp, withOneMoreWrong } from './client-guess-budget.ts'
import type { ClientGuessLimit } from './client-guess-limit.store.ts'
import type { ClientSecretDeps } from './client-secret.ts'
import { verifyClientSecret } from './client-secret.ts'

export interface AuthenticateClientDeps {
  readonly clients: ClientStore
  readonly secrets: ClientSecretDeps
  readonly limit: ClientGuessLimit
  readonly auditLog: AuditLog
  readonly clock: Clock
}

export type ClientAuthentication =
  | { readonly kind: 'authenticated'; readonly client: Client }
  /** What is wrong is in the audit log; the outside is told nothing. */
  | { readonly kind: 'refused' }

/** `secrets`: what was presented may be read in more than one way; any right reading is right. */
export type AuthenticateClient = (
  clientId: string,
  secrets: string | readonly string[],
  origin: RequestOrigin,
) => Promise<ClientAuthentication>

/** How many networks with wrong answers this process keeps in mind. */
const MAX_SUSPECTS = 10_000
const SUSPECT_MILLISECONDS = 120_000

/**
 * Checks a client's secret, for `/auth/token` and for Basic credentials anywhere.
 * Wrong ones are counted per network in the database; a network that used up its budget is refused before its secret is
 * looked at, and of guesses sent at once the right one behind a budget of wrong ones is worth nothing either. Networks
 * that never erred cost no read.
 * @throws {Problem} rate-limited; unavailable
 */
export const createAuthenticateClient = (deps: AuthenticateClientDeps): AuthenticateClient => {
  const suspects = new Map<string, Suspect>()

  const refuse = async (
    clientId: string | undefined,
    reason: string,
    origin: RequestOrigin,
  ): Promise<ClientAuthentication> => {
    const now = deps.clock.now()
    if (suspects.size >= MAX_SUSPECTS) suspects.clear()
    const network = networkOf(origin.address)
    suspects.set(network, withOneMoreWrong(suspects.get(network), now.getTime()))
    await deps.limit.countWrong(origin.address, now, [
      deps.auditLog.step({
        event: 'client-authentication',
        outcome: 'failure',
        reason,
        ...(clientId === undefined ? {} : { clientId }),
        origin,
      }),
    ])
    return { kind: 'refused' }
  }

  return async (clientId, secrets, origin) => {
    const now = deps.clock.now()
    const network = networkOf(origin.address)
    const suspect = suspects.get(network)
    if (suspect !== undefined && now.getTime() - suspect.lastAt < SUSPECT_MILLISECONDS)
      refuseFor(await deps.limit.secondsToWait(origin.address, now))
    const found = await deps.clients.findWithSecretHash(clientId)
    // NOTE: what was typed as an unknown id may be a secret in the wrong field, so it is not written down.
    if (found === undefined) return refuse(undefined, 'unknown-client', origin)
    if (found.secretHash === undefined) return refuse(clientId, 'no-secret', origin)
    for (const secret of new Set(typeof secrets === 'string' ? [secrets] : secrets)) {
      if (!(await verifyClientSecret(deps.secrets, clientId, found.secretHash, secret))) continue
      // NOTE: wrong ones that came with it may not be in the database yet.
      refuseFor(secondsUsedUp(suspects.get(network), deps.clock.now().getTime()))
      return found.client.isActive
        ? { kind: 'authenticated', client: found.client }
        : refuse(clientId, 'inactive-client', origin)
    }
    return refuse(clientId, 'wrong-secret', origin)
  }
}

const refuseFor = (seconds: number | undefined): void => {
  if (seconds !== undefined) throw new Problem({ kind: 'rate-limited', retryAfterSeconds: seconds })
}
