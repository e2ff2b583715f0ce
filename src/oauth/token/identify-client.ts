import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { AuthenticateByAssertion } from '../../clients/authenticate-by-assertion.ts'
import type { AuthenticateClient } from '../../clients/authenticate-client.ts'
import type { ClientStore } from '../../clients/client.store.ts'
import type { Flow } from '../../clients/client.ts'
import { onceAnHour } from '../../http/once-an-hour.ts'
import type { Clock } from '../../kernel/clock.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { PresentedClient } from './client-credentials.ts'
import type { Grant, IdentifiedClient } from './grant.ts'

export interface IdentifyClientDeps {
  readonly clients: ClientStore
  readonly authenticateClient: AuthenticateClient
  readonly authenticateByAssertion: AuthenticateByAssertion
  readonly auditLog: AuditLog
  readonly clock: Clock
}

/**
 * Answers which client asks. What is presented must be right even of a client that need not prove who it is, and a client
 * that must cannot act as a public client by leaving it out (RFC 9700 §2.5). `flow`: the one whose settings say whether an
 * assertion counts; undefined where there is none.
 * @throws {Problem} oauth/invalid_client — 401 that says the same for an unknown client and a wrong secret; rate-limited
 */
export const identifyClient = async (
  deps: IdentifyClientDeps,
  presented: PresentedClient,
  origin: RequestOrigin,
  isSecretRequired: Grant['isSecretRequired'],
  flow?: Flow,
): Promise<IdentifiedClient> => {
  if (presented.kind === 'assertion') {
    const authentication = await deps.authenticateByAssertion(presented, origin, flow)
    if (authentication.kind === 'refused')
      throw oauthProblem('invalid_client', authentication.description ?? UNPROVEN)
    return { client: authentication.client, isAuthenticated: true, hasSecret: true }
  }
  const { clientId } = presented
  if (presented.kind === 'secret') {
    const method = presented.isBasic ? 'client_secret_basic' : 'client_secret_post'
    const authentication = await deps.authenticateClient(clientId, presented.secrets, origin, method)
    if (authentication.kind === 'refused')
      throw oauthProblem('invalid_client', UNPROVEN, presented.isBasic ? 'Basic' : undefined)
    return { client: authentication.client, isAuthenticated: true, hasSecret: true }
  }
  const found = await deps.clients.findWithSecretHash(clientId)
  const hasSecret = found?.secretHash !== undefined
  if (found?.client.isActive === true && !isSecretRequired(found.client, hasSecret))
    return { client: found.client, isAuthenticated: false, hasSecret }
  const reason = reasonOf(found)
  await deps.auditLog.record({
    event: 'client-authentication',
    outcome: 'failure',
    reason,
    origin,
    once: onceAnHour(['client', reason, found?.client.id ?? ''], origin, deps.clock.now()),
    ...(found === undefined ? {} : { clientId }),
  })
  throw oauthProblem('invalid_client', UNPROVEN)
}

const reasonOf = (found: Awaited<ReturnType<ClientStore['findWithSecretHash']>>): string => {
  if (found === undefined) return 'unknown-client'
  return found.client.isActive ? 'secret-missing' : 'inactive-client'
}

const UNPROVEN = 'the client is unknown, or its secret or assertion is missing or wrong'
