// The OAuth endpoints over a real database, with people who are signed in already: sign-in has tests of its own.
import { Hono } from 'hono'
import { createAuditLog } from '../../src/audit/audit-log.sql.ts'
import { createAuthenticateClient } from '../../src/clients/authenticate-client.ts'
import { createClientSecretStore, createClientStore } from '../../src/clients/client.sql.ts'
import { createClientGuessLimit } from '../../src/clients/client-guess-limit.sql.ts'
import { hashRandomSecret } from '../../src/clients/client-secret.ts'
import { createVerifiedSecrets } from '../../src/clients/verified-secrets.node.ts'
import type { Database } from '../../src/db/database.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { problemPage } from '../../src/html/problem.page.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { withRequestOrigin } from '../../src/http/client-address.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { createCsrf } from '../../src/http/csrf.ts'
import { handleError } from '../../src/http/handle-error.ts'
import { systemPause } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { hashSecretToken, newId, newSecretToken } from '../../src/kernel/secret-token.ts'
import { createAuthorizationFlow } from '../../src/oauth/authorize/authorization-flow.ts'
import { createAuthorizationRequestStore } from '../../src/oauth/authorize/authorization-request.sql.ts'
import { authorizeRoutes } from '../../src/oauth/authorize/authorize.routes.ts'
import { consentRoutes } from '../../src/oauth/authorize/consent.routes.ts'
import { createConsentGrantStore } from '../../src/oauth/authorize/consent-grant.sql.ts'
import { discoveryRoutes } from '../../src/oauth/discovery/discovery.routes.ts'
import { createJwtSigner, generateSigningKey } from '../../src/oauth/keys/rsa-key.node.ts'
import { createSigningKeyStore } from '../../src/oauth/keys/signing-key.sql.ts'
import { createSigningKeys } from '../../src/oauth/keys/signing-keys.ts'
import { createGrants } from '../../src/oauth/token/grants.ts'
import { tokenRoutes } from '../../src/oauth/token/token.routes.ts'
import { createTokenStore } from '../../src/oauth/token/token.sql.ts'
import { userinfoRoutes } from '../../src/oauth/userinfo/userinfo.routes.ts'
import { createUserinfoStore } from '../../src/oauth/userinfo/userinfo.sql.ts'
import { createSessionOf } from '../../src/sessions/browser-session.ts'
import { createSessionStore } from '../../src/sessions/session.sql.ts'
import type { FakeClock } from './fake-clock.ts'
import { createFakeClock } from './fake-clock.ts'
import { storeDocument } from './stored-users.ts'

export interface OAuthApp {
  readonly issuer: string
  readonly clock: FakeClock
  readonly database: Database
  readonly sessions: ReturnType<typeof createSessionStore>
  readonly fetch: (request: Request) => Response | Promise<Response>
  addUser(id: string, document?: JsonObject): Promise<void>
  addClient(id: string, document: JsonObject, secret?: string): Promise<void>
  /** Opens a finished sign-in as of now; answers the session cookie. */
  signIn(userId: string): Promise<{ readonly sessionId: string; readonly cookie: string }>
}

export interface OAuthAppOptions {
  readonly issuer?: string
  readonly pause?: () => Promise<void>
  readonly clock?: FakeClock
  /** Counts slow hashes. */
  readonly verifySlowly?: (hash: string, secret: string) => Promise<boolean>
}

const SECRET_KEY = new Uint8Array(32).fill(7)

/** Made once per test file: RSA keys are slow. */
const keyOnce = generateSigningKey()

export const createOAuthApp = async (
  database: Database,
  options: OAuthAppOptions = {},
): Promise<OAuthApp> => {
  const { issuer = 'http://localhost:8080', clock = createFakeClock() } = options
  const random = systemRandom
  const { transact } = database
  const cookies = createCookies({ isSecure: false, random })
  const csrf = createCsrf({ key: SECRET_KEY, origin: issuer, cookies })
  const auditLog = createAuditLog({ database, clock, random })
  const sessions = createSessionStore(database)
  const readSession = createSessionOf({ cookies, sessions, clock })
  const clients = createClientStore(database)
  const tokens = createTokenStore(database)
  const cipher = createColumnCipher({ keys: [SECRET_KEY], random })
  const keys = createSigningKeys({
    store: createSigningKeyStore(database, cipher),
    generate: () => keyOnce,
    createSigner: createJwtSigner,
    clock,
  })
  const shared = { auditLog, transact, clock, random, tokens, clients, issuer }
  const flow = createAuthorizationFlow({
    ...shared,
    requests: createAuthorizationRequestStore(database),
    consents: createConsentGrantStore(database),
  })
  const authenticateClient = createAuthenticateClient({
    ...shared,
    secrets: {
      verifySlowly: options.verifySlowly ?? (() => Promise.resolve(false)),
      verified: createVerifiedSecrets(random),
    },
    limit: createClientGuessLimit(database),
  })
  const grants = createGrants({
    ...shared,
    maker: { random, issuer, signJwt: keys.signJwt },
    pause: options.pause ?? systemPause,
  })
  const policy = {
    theme: DEFAULT_THEME,
    issuerName: 'Countersign',
    validPastTokensCount: 1,
    webhook: undefined,
    sessionSeconds: 432000,
  }
  const currentPolicy = () => Promise.resolve(policy)

  const pages = new Hono<AppEnv>()
  pages.route('/', authorizeRoutes({ flow, cookies, readSession }))
  const displayNameOf = (userId: string) => Promise.resolve(userId)
  pages.route('/', consentRoutes({ flow, cookies, csrf, currentPolicy, readSession, displayNameOf }))
  const api = new Hono<AppEnv>()
  api.route('/', tokenRoutes({ ...shared, authenticateClient, grants }))
  api.route('/', userinfoRoutes({ sessions: createUserinfoStore(database), cookies, clock }))
  api.route('/', discoveryRoutes({ issuer, grantTypes: [...grants.keys()], jwks: keys.jwks }))
  const errors = {
    renderProblem: problemPage,
    currentTheme: () => Promise.resolve(DEFAULT_THEME),
    logger: silentLogger,
  }
  pages.onError(handleError('page', errors))
  api.onError(handleError('oauth', errors))
  const app = new Hono<AppEnv>()
  app.use(withRequestOrigin({ trustedProxies: 0, random }))
  app.route('/', pages)
  app.route('/', api)

  return {
    issuer,
    clock,
    database,
    sessions,
    fetch: (request) => app.fetch(request),
    addUser: (id, document = {}) => storeDocument(database, 'User', id, document),
    addClient: async (id, document, secret) => {
      await storeDocument(database, 'Client', id, document)
      if (secret !== undefined)
        await transact([createClientSecretStore(database).setStep(id, hashRandomSecret(secret))])
    },
    signIn: async (userId) => {
      const cookie = newSecretToken(random)
      const sessionId = newId(random)
      const at = clock.now()
      await transact([
        sessions.openStep({
          id: sessionId,
          tokenHash: hashSecretToken(cookie),
          userId,
          proven: [{ factor: 'password', at: at.getTime() }],
          at,
          expiresAt: new Date(at.getTime() + 5 * 24 * 3600_000),
        }),
      ])
      return { sessionId, cookie }
    },
  }
}
