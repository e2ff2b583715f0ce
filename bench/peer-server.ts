// The peer: oidc-provider as its documentation sets it up, in memory or on one table of a PostgreSQL. Arguments:
// `memory` or `postgres <url>`; the port is in PORT. Whoever comes is signed in and has allowed everything.
import { generateKeyPairSync } from 'node:crypto'
import type { Configuration } from 'oidc-provider'
import Provider from 'oidc-provider'
import { CLIENTS, REDIRECT_URI } from './countersign.ts'
import { createMemoryAdapter, createPeerAdapter } from './peer-adapter.ts'

const [, , kind, url = ''] = process.argv
const issuer = `http://127.0.0.1:${process.env.PORT}`
const SCOPE = 'api'
const SECONDS = 3600

const jwkOf = (alg: 'RS256' | 'ES256', privateKey: ReturnType<typeof generateKeyPairSync>['privateKey']) => ({
  ...(privateKey as unknown as import('node:crypto').KeyObject).export({ format: 'jwk' }),
  alg,
  use: 'sig',
})
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** A client that wants JWTs names a resource, which is how the peer gives them. */
const resourceOf = (clientId: string): string | undefined => {
  const client = Object.values(CLIENTS).find(({ id }) => id === clientId)
  return client?.tokenFormat === 'jwt' ? `urn:bench:${client.algorithm}` : undefined
}

const configuration: Configuration = {
  clients: Object.values(CLIENTS).map(({ id, secret }) => ({
    client_id: id,
    client_secret: secret,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  })),
  jwks: { keys: [jwkOf('RS256', rsa), jwkOf('ES256', ec)] } as NonNullable<Configuration['jwks']>,
  scopes: ['openid', 'offline_access', SCOPE],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org` }) }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => resourceOf(ctx.oidc.client?.clientId ?? '') ?? [],
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: SCOPE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: SECONDS,
        jwt: { sign: { alg: resource.endsWith('ES256') ? 'ES256' : 'RS256' } },
      }),
    },
  },
  cookies: { keys: ['a-key-of-the-benchmark'] },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: SECONDS, ClientCredentials: SECONDS },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { client, session, provider } = ctx.oidc
    if (client === undefined || session?.accountId === undefined) return undefined
    const known = session.grantIdFor(client.clientId)
    if (known !== undefined) return provider.Grant.find(known)
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid offline_access')
    const resource = resourceOf(client.clientId)
    if (resource !== undefined) grant.addResourceScope(resource, SCOPE)
    await grant.save()
    return grant
  },
  adapter: kind === 'postgres' ? await createPeerAdapter(url) : createMemoryAdapter(),
}

const provider = new Provider(issuer, configuration)
provider.use(async (ctx, next) => {
  if (ctx.path === '/health') {
    ctx.body = 'ok'
    return
  }
  if (!ctx.path.startsWith('/interaction/')) return next()
  const login = { accountId: 'bench-user' }
  await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false })
  ctx.respond = false
})
provider.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
