import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { AuthenticateClient } from '../../clients/authenticate-client.ts'
import type { ClientStore } from '../../clients/client.store.ts'
import type { Problem } from '../../kernel/problem.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { PresentedClient } from './client-credentials.ts'
import type { Grant, IdentifiedClient } from './grant.ts'

export interface IdentifyClientDeps {
  readonly clients: ClientStore
  readonly authenticateClient: AuthenticateClient
  readonly auditLog: AuditLog
}

/**
 * Answers which client asks. A presented secret must be right even of a client that need not show one, and a client that
 * must show one cannot act as a public client by leaving it out (RFC 9700 §2.5).
 * @throws {Problem} oauth/invalid_client — 401 that says the same for an unknown client and a wrong secret; rate-limited
 */
export const identifyClient = async (
  deps: IdentifyClientDeps,
  presented: PresentedClient,
  origin: RequestOrigin,
  isSecretRequired: Grant['isSecretRequired'],
): Promise<IdentifiedClient> => {
  const { clientId, secrets, isBasic } = presented
  if (secrets !== undefined) {
    const authentication = await deps.authenticateClient(clientId, secrets, origin)
    if (authentication.kind === 'refused') throw refusal(isBasic)
    return { client: authentication.client, isAuthenticated: true, hasSecret: true }
  }
  const found = await deps.clients.findWithSecretHash(clientId)
  const hasSecret = found?.secretHash !== undefined
  if (found?.client.isActive === true && !isSecretRequired(found.client, hasSecret))
    return { client: found.client, isAuthenticated: false, hasSecret }
  await deps.auditLog.record({
    event: 'client-authentication',
    outcome: 'failure',
    reason: reasonOf(found),
    origin,
    ...(found === undefined ? {} : { clientId }),
  })
  throw refusal(isBasic)
}

const reasonOf = (found: Awaited<ReturnType<ClientStore['findWithSecretHash']>>): string => {
  if (found === undefined) return 'unknown-client'
  return found.client.isActive ? 'secret-missing' : 'inactive-client'
}

const refusal = (isBasic: boolean): Problem => {
  const description = 'the client is unknown or its secret is missing or wrong'
  return isBasic
    ? oauthProblem('invalid_client', description, 'Basic')
    : oauthProblem('invalid_client', description)
}
