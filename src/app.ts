// The composition root: builds every part once and hands it to those who need it. The only file that knows all slices.
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { PasswordHasher } from './accounts/password-hasher.ts'
import { createAdministration } from './app-administration.ts'
import { createAuthorization } from './app-authorize.ts'
import { createClientAuthentication } from './app-clients.ts'
import { createConsole } from './app-console.ts'
import { ensureFirstAccounts } from './app-first-start.ts'
import { createInstalledGrants } from './app-grants.ts'
import { applyInitBundle } from './app-init-bundle.ts'
import { createKeys } from './app-keys.ts'
import { createOwnAccess } from './app-own-access.ts'
import { createPasswordRoutes } from './app-password.ts'
import { createResources } from './app-resources.ts'
import { createStores } from './app-stores.ts'
import { createTokenChecks } from './app-tokens.ts'
import { createTwoFactor } from './app-two-factor.ts'
import { createCurrentAuthPolicy } from './auth-config/current-auth-policy.ts'
import type { Config } from './config/config.ts'
import type { SecretKeys } from './config/secret-keys.ts'
import type { Database } from './db/database.ts'
import { sweepOnce } from './db/sweep.ts'
import { ASSETS } from './html/assets.ts'
import { problemPage } from './html/problem.page.ts'
import type { AppEnv } from './http/app-env.ts'
import { assetRoutes } from './http/asset-routes.ts'
import { createCookies } from './http/cookies.ts'
import { createCsrf } from './http/csrf.ts'
import type { Fetch } from './http/edge.ts'
import { createEdge } from './http/edge.ts'
import type { Face } from './http/handle-error.ts'
import { healthRoutes } from './http/health.ts'
import { createRouter } from './http/router.ts'
import type { Clock, Pause } from './kernel/clock.ts'
import { deriveKey } from './kernel/derive-key.ts'
import type { Logger } from './kernel/logger.ts'
import type { Random } from './kernel/random.ts'
import { createSeal } from './kernel/seal.ts'
import type { Secret } from './kernel/secret.ts'
import { hashSecretToken } from './kernel/secret-token.ts'
import { authorizeRoutes } from './oauth/authorize/authorize.routes.ts'
import { consentRoutes } from './oauth/authorize/consent.routes.ts'
import { deliverLogouts } from './oauth/back-channel-logout/deliver-logouts.ts'
import { discoveryRoutes } from './oauth/discovery/discovery.routes.ts'
import { endSessionRoutes } from './oauth/end-session/end-session.routes.ts'
import { halfHash } from './oauth/id-token/half-hash.node.ts'
import { createIdTokenMaker } from './oauth/id-token/make-id-token.ts'
import { introspectRoutes } from './oauth/introspect/introspect.routes.ts'
import { revokeRoutes } from './oauth/revoke/revoke.routes.ts'
import { createScriptAccess } from './oauth/script-access.ts'
import { tokenRoutes } from './oauth/token/token.routes.ts'
import { userinfoRoutes } from './oauth/userinfo/userinfo.routes.ts'
import { readPackageFacts } from './openapi/package-facts.node.ts'
import { createOutboundFetch } from './outbound/outbound-fetch.node.ts'
import { bundleRoutes } from './resources/bundle.routes.ts'
import { resourceRoutes } from './resources/resource.routes.ts'
import { viewRoutes } from './resources/view.routes.ts'
import { createSessionOf } from './sessions/browser-session.ts'
import { dropSessionRoutes } from './sessions/drop-session.routes.ts'
import { codeRoutes } from './sign-in/code.routes.ts'
import { nameOf } from './sign-in/name-of.ts'
import { reprovePassword } from './sign-in/reprove-password.ts'
import { signInRoutes } from './sign-in/sign-in.routes.ts'
import type { CarriedAttempt } from './sign-in/sign-in-attempt.ts'
import { signOutRoutes } from './sign-in/sign-out.routes.ts'
import { stepUpRoutes } from './sign-in/step-up.routes.ts'

export interface AppDeps {
  readonly config: Config
  /** Closed with the app. */
  readonly database: Database
  /** The first encrypts, and all else is derived from it. */
  readonly secretKeys: Secret<SecretKeys>
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly hasher: PasswordHasher
  readonly pause: Pause
  readonly isStopping: () => boolean
  /** Prints what only the operator may see, once: generated secrets. */
  readonly say: (text: string) => void
}

export interface App {
  readonly fetch: Fetch
  /** Prepares what requests must not wait for: keys, the first accounts. */
  ready(): Promise<void>
  /** Deletes what expired. @returns how many rows. @throws {Problem} unavailable */
  sweep(): Promise<number>
  /** Makes, promotes and removes signing keys that are due. @throws {Problem} unavailable */
  maintainKeys(): Promise<void>
  /** Tells applications of sessions that ended. @returns how many were tried. @throws {Problem} unavailable */
  deliverLogouts(): Promise<number>
  close(): Promise<void>
}

/** @throws {Problem} unavailable — the database cannot be used now */
export const buildApp = async (deps: AppDeps): Promise<App> => {
  const { config, database, logger, clock, random, hasher } = deps
  const secretKeys = deps.secretKeys.reveal()
  const [secretKey] = secretKeys
  const issuer = config.publicUrl

  const stores = createStores({ ...deps, secretKeys, isRateLimited: config.isRateLimited })
  const { transact, auditLog, accounts, sessions, devices, throttle, passwords } = stores
  const currentPolicy = createCurrentAuthPolicy({ ...stores, warn: (message) => logger.warn({}, message) })

  const cookies = createCookies({ isSecure: config.isHttps, random })
  const csrf = createCsrf({ key: deriveKey(secretKey, 'csrf'), origin: issuer, cookies })
  const sessionOf = createSessionOf({ cookies, sessions, clock })
  const deviceIdOf = async (c: Context, userId: string): Promise<string | undefined> => {
    const token = cookies.readDevice(c)
    return token === undefined ? undefined : devices.findDeviceId(hashSecretToken(token), userId, clock.now())
  }
  const clientAuthentication = createClientAuthentication({
    stores,
    clock,
    random,
    issuer,
    verifySlowly: (hash, secret) => hasher.verify(hash, secret),
  })

  const keys = await createKeys({ config, stores, clock })
  const tokenChecks = createTokenChecks({ stores, keys, clock, issuer })
  const twoFactorParts = createTwoFactor({
    ...stores,
    ...tokenChecks,
    clock,
    random,
    currentPolicy,
  })
  const factors = [twoFactorParts.factor]

  const makeIdToken = createIdTokenMaker({
    issuer,
    random,
    signJwt: keys.signJwt,
    defaultAlgorithm: config.signingAlgorithm,
    halfHash,
  })
  const oauth = { ...stores, ...clientAuthentication, clock, random, issuer }
  const { flow, formPost } = createAuthorization({
    ...oauth,
    stores,
    secretKey,
    keys,
    makeIdToken,
    factors,
    cookies,
    currentPolicy,
  })
  const signIn = {
    transact,
    accounts,
    passwords,
    hasher,
    throttle,
    sessions,
    devices,
    attempts: stores.attempts,
    attemptSeal: createSeal<CarriedAttempt>({ key: deriveKey(secretKey, 'sign-in-attempts'), random }),
    factors,
    auditLog,
    currentPolicy,
    flow,
    clock,
    random,
    pause: deps.pause,
  }
  const grants = createInstalledGrants({ ...deps, stores, secretKey, issuer, keys, makeIdToken, signIn })
  const isAdministrator = (id: string) => stores.fullAccess.has({ kind: 'User', id })
  const edge = { cookies, csrf, sessionOf, flow, currentPolicy, publicUrl: issuer, isAdministrator }
  const resources = createResources({
    ...deps,
    keys,
    stores,
    ...clientAuthentication,
    ...tokenChecks,
    cookies,
  })

  const errors = {
    logger,
    renderProblem: problemPage,
    currentTheme: async () => (await currentPolicy()).theme,
  }
  const userExists = async (userId: string) => (await accounts.find(userId)) !== undefined
  const fetchForLogouts = createOutboundFetch()
  const app = new Hono<AppEnv>({ router: createRouter() })
  const faces = new Map<string, Face>()
  const fetch = createEdge(app, {
    ...errors,
    clock,
    random,
    trustedProxies: config.trustedProxies,
    isHttps: config.isHttps,
    scriptAccess: createScriptAccess(resources.kinds.map(({ type }) => type)),
    isRegisteredOrigin: stores.allowedOrigins.allows,
    faceOfRoute: (path, method) =>
      faces.get(`${method === 'HEAD' ? 'GET' : method} ${path}`) ?? faces.get(`ALL ${path}`),
  })

  const group = (face: Face, ...routes: readonly Hono<AppEnv>[]): void => {
    for (const router of routes) {
      for (const { method, path } of router.routes) faces.set(`${method} ${path}`, face)
      app.route('/', router)
    }
  }
  const twoFactor = twoFactorParts.routes({
    csrf,
    deviceIdOf,
    currentSession: sessionOf,
    reprovePassword: (session, password, origin, deviceId) =>
      reprovePassword(signIn, session, password, origin, deviceId),
  })
  const ofResources = { ...resources, store: stores.resources, publicUrl: issuer, random }
  const { passwordMinLength } = config
  const ofPasswords = { passwordMinLength, stores, hasher, deviceIdOf, secretKey, factors }
  const password = createPasswordRoutes({ ...edge, ...resources, ...deps, ...tokenChecks, ...ofPasswords })
  group('oauth', twoFactor.json, password.json)
  group(
    'page',
    signInRoutes({ ...edge, signIn }),
    codeRoutes({ ...edge, signIn, accounts }),
    stepUpRoutes({ ...edge, signIn, accounts }),
    signOutRoutes({ ...edge, ...signIn }),
    twoFactor.pages,
    authorizeRoutes({ flow, cookies, readSession: sessionOf }),
    formPost,
    consentRoutes({
      flow,
      cookies,
      csrf,
      currentPolicy,
      readSession: sessionOf,
      displayNameOf: async (userId) => {
        const account = await accounts.find(userId)
        return account === undefined ? userId : nameOf(account)
      },
    }),
    ...password.pages,
    endSessionRoutes({
      ...edge,
      ...signIn,
      clients: stores.clients,
      verifyOwnJwt: keys.verifyOwnJwt,
      issuer,
    }),
    createOwnAccess({ ...edge, ...oauth, stores, factors }),
    createConsole({ ...edge, ...resources, ...oauth, dispatch: fetch }),
    assetRoutes(ASSETS),
  )
  group(
    'oauth',
    tokenRoutes({ ...oauth, grants }),
    introspectRoutes(oauth),
    revokeRoutes(oauth),
    userinfoRoutes({ ...tokenChecks, sessions: stores.userinfo, cookies, clock }),
    discoveryRoutes({ issuer, grantTypes: [...grants.keys()], jwks: keys.jwks }),
  )
  group(
    'operation-outcome',
    dropSessionRoutes({ ...oauth, ...resources, sessions, userExists }),
    ...createAdministration({ ...edge, ...signIn, ...twoFactorParts, keys, stores, resources }),
    viewRoutes({ ...resources, publicUrl: issuer }, resources.views),
    bundleRoutes(ofResources),
    resourceRoutes(ofResources),
    healthRoutes({ ping: database.ping, isStopping: deps.isStopping, ...readPackageFacts() }),
  )

  return {
    fetch,
    ready: async () => {
      await Promise.all([
        ensureFirstAccounts({
          ...config,
          ...stores,
          ...ofResources,
          say: deps.say,
        }),
        keys.prepare(),
      ])
      await applyInitBundle({ ...config, ...ofResources, logger })
    },
    maintainKeys: keys.maintain,
    deliverLogouts: () =>
      deliverLogouts({
        ...oauth,
        signJwt: keys.signJwt,
        fetch: fetchForLogouts,
        notices: stores.logoutNotices,
      }),
    sweep: () => sweepOnce(database, clock.now()),
    close: async () => {
      await auditLog.settle()
      await database.close()
    },
  }
}
