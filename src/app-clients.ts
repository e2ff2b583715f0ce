import type { Stores } from './app-stores.ts'
import { createAuthenticateByAssertion } from './clients/authenticate-by-assertion.ts'
import { createAuthenticateClient } from './clients/authenticate-client.ts'
import type { ClientSecretDeps } from './clients/client-secret.ts'
import { createClientSuspicion } from './clients/client-suspicion.ts'
import { createVerifiedSecrets } from './clients/verified-secrets.node.ts'
import type { Clock } from './kernel/clock.ts'
import type { Random } from './kernel/random.ts'
import { createOutboundFetch } from './outbound/outbound-fetch.node.ts'
import { createRemoteJwks } from './outbound/remote-jwks.ts'

interface ClientAuthenticationDeps {
  readonly stores: Stores
  readonly clock: Clock
  readonly random: Random
  readonly issuer: string
  readonly verifySlowly: ClientSecretDeps['verifySlowly']
}

/** The ways in which a client says who it is. */
export const createClientAuthentication = (deps: ClientAuthenticationDeps) => {
  const { stores, clock, random, issuer, verifySlowly } = deps
  const { clients, auditLog } = stores
  const suspicion = createClientSuspicion({ limit: stores.clientGuessLimit, auditLog, clock })
  const clientSecretDeps: ClientSecretDeps = { verifySlowly, verified: createVerifiedSecrets(random) }
  return {
    clientSecretDeps,
    authenticateClient: createAuthenticateClient({ clients, secrets: clientSecretDeps, suspicion }),
    authenticateByAssertion: createAuthenticateByAssertion({
      clients,
      suspicion,
      assertions: stores.clientAssertions,
      remoteJwks: createRemoteJwks({ fetch: createOutboundFetch(), clock }),
      auditLog,
      clock,
      issuer,
    }),
  }
}
