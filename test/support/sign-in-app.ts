// The sign-in by itself, over real HTTP semantics and a real database; a stand-in plays the app that waits for it.
import { Hono } from 'hono'
import { createAccountStore } from '../../src/accounts/account.sql.ts'
import { createPasswordStore } from '../../src/accounts/password.sql.ts'
import { openPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { createThrottle } from '../../src/accounts/throttle.sql.ts'
import { createAuditLog } from '../../src/audit/audit-log.sql.ts'
import type { AuthPolicy } from '../../src/auth-config/auth-config.ts'
import type { Database } from '../../src/db/database.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { problemPage } from '../../src/html/problem.page.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { createCsrf } from '../../src/http/csrf.ts'
import { installEdge } from '../../src/http/edge.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { malformed } from '../../src/kernel/problem.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { hashSecretToken } from '../../src/kernel/secret-token.ts'
import { createSessionOf } from '../../src/sessions/browser-session.ts'
import { createKnownDeviceStore } from '../../src/sessions/known-device.sql.ts'
import { createSessionStore } from '../../src/sessions/session.sql.ts'
import type { AuthorizationFlow, PendingAuthorization } from '../../src/sign-in/authorization-flow.ts'
import { codeRoutes } from '../../src/sign-in/code.routes.ts'
import { reprovePassword } from '../../src/sign-in/reprove-password.ts'
import { signInRoutes } from '../../src/sign-in/sign-in.routes.ts'
import { createSignInAttemptStore } from '../../src/sign-in/sign-in-attempt.sql.ts'
import { signOutRoutes } from '../../src/sign-in/sign-out.routes.ts'
import type { Delivery } from '../../src/two-factor/second-factor.ts'
import { toBase32 } from '../../src/two-factor/totp/base32.ts'
import { createTotpStore } from '../../src/two-factor/totp/totp.sql.ts'
import { codeAtStep, stepAt } from '../../src/two-factor/totp/totp.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import { temporarySqlite } from './databases.ts'
import { createFakeClock } from './fake-clock.ts'
import type { Person, Visit } from './person.ts'
import { createPerson } from './person.ts'
import type { StoredUser } from './stored-users.ts'
import { storeUser } from './stored-users.ts'

export const ORIGIN = 'http://localhost:8080'
export const PASSWORD = 'correct horse battery'
const KEY = { bytes: new Uint8Array(20).fill(7), algorithm: 'SHA1' } as const
const hasher = await openPasswordHasher(systemRandom)
const PASSWORD_HASH = await hasher.hash(PASSWORD)

export type SignInApp = Awaited<ReturnType<typeof startSignInApp>>

export async function startSignInApp(database?: Database, clock = createFakeClock()) {
  const db = database ?? (await temporarySqlite())
  const random = systemRandom
  const settings = { delivery: { kind: 'none' } as Delivery, deliveries: 0 }
  const currentPolicy = async (): Promise<AuthPolicy> => ({
    theme: DEFAULT_THEME,
    issuerName: 'Countersign',
    validPastTokensCount: 1,
    webhook: undefined,
    sessionSeconds: 3600,
  })
  const cookies = createCookies({ isSecure: false, random })
  const sessions = createSessionStore(db)
  const accounts = createAccountStore(db)
  const passwords = createPasswordStore(db)
  const devices = createKnownDeviceStore(db)
  const attempts = createSignInAttemptStore(db)
  const throttle = createThrottle({ database: db, clock })
  const auditLog = createAuditLog({ database: db, clock, random })
  const cipher = createColumnCipher({ keys: [new Uint8Array(32).fill(1)], random })
  const totp = createTotpStore({ database: db, cipher })
  const deliver = async (): Promise<Delivery> => {
    settings.deliveries += 1
    return settings.delivery
  }
  const factors = [createTotpFactor({ clock, currentPolicy, totp, throttle, deliver })]
  const sessionOf = createSessionOf({ cookies, sessions, clock })
  const flow = createWaitingApp()
  const pause = async () => {}
  const common = { transact: db.transact, clock, random, pause, currentPolicy, auditLog, throttle, hasher }
  const signIn = { ...common, accounts, passwords, sessions, devices, attempts, factors }
  const edge = {
    cookies,
    csrf: createCsrf({ key: new Uint8Array(32), origin: ORIGIN, cookies }),
    sessionOf,
    flow,
    currentPolicy,
    publicUrl: ORIGIN,
  }

  const app = new Hono<AppEnv>()
  installEdge(app, {
    clock,
    random,
    trustedProxies: 1,
    isHttps: false,
    logger: { ...silentLogger, error: (fields) => console.error(fields) },
    renderProblem: problemPage,
    currentTheme: async () => DEFAULT_THEME,
  })
  app.route('/', signInRoutes({ ...edge, signIn }))
  app.route('/', codeRoutes({ ...edge, signIn, accounts }))
  app.route('/', signOutRoutes({ ...edge, ...signIn }))

  const code = (steps = 0): string => codeAtStep(KEY, stepAt(clock.now()) + steps)
  /** A code that no step in reach has. */
  const wrongCode = (): string => {
    const right = [-1, 0, 1].map((step) => code(step))
    return ['000000', '111111', '222222', '333333'].find((guess) => !right.includes(guess)) ?? '444444'
  }
  const browser = (address = '192.0.2.1'): Person =>
    createPerson(ORIGIN, (request) => app.request(request), { 'x-forwarded-for': address })
  const sessionOfPerson = (person: Person) =>
    sessions.findBrowserSession(hashSecretToken(person.cookies.get('ASID') ?? ''), clock.now())
  const logIn = async (
    person: Person,
    username: string,
    password = PASSWORD,
    path = '/auth/login',
  ): Promise<Visit> => person.submit(await person.visit(path), { username, password }, '/auth/login')

  return {
    db,
    app,
    clock,
    settings,
    flow,
    accounts,
    sessions,
    attempts,
    throttle,
    passwords,
    devices,
    code,
    wrongCode,
    browser,
    logIn,
    /** What asking a signed-in person for the password again comes to. */
    reprove: async (person: Person, password: string) => {
      const session = await sessionOfPerson(person)
      if (session === undefined) throw new Error('not signed in')
      const origin = { address: '192.0.2.1', requestId: 'test' }
      return reprovePassword(signIn, session, password, origin, undefined)
    },
    sessionOfPerson,
    addUser: (user: StoredUser, hash: string = PASSWORD_HASH): Promise<void> => storeUser(db, user, hash),
    enableTotp: (userId: string) =>
      db.transact([totp.replace(userId, toBase32(KEY.bytes), null, clock.now())]),
    disableTotp: (userId: string) => db.transact([totp.disable(userId, clock.now())]),
    /** Both steps, in a browser that is at the first. */
    signInWithCode: async (person: Person, username: string, path?: string): Promise<Visit> => {
      const codePage = await person.follow(await logIn(person, username, PASSWORD, path))
      return person.submit(codePage, { token: code() }, '/confirm')
    },
    isSignedIn: async (person: Person): Promise<boolean> => (await person.send('/')).status === 200,
    audit: async () => {
      const query = db.sql.selectFrom('audit_event').select(['event', 'outcome', 'reason', 'user_id'])
      return (await db.all(query.orderBy('at'))).map((row) =>
        [row.event, row.outcome, row.reason, row.user_id].filter((part) => part !== null).join(' '),
      )
    },
  }
}

export const CALLBACK = 'http://localhost:3001'

/** Saves a request per browser and sends whoever is signed in to the callback, naming user and session. */
const createWaitingApp = (): AuthorizationFlow => {
  const saved = new Map<string, PendingAuthorization>()
  const keyOf = (requestId: string, browserHash: string): string => `${requestId} ${browserHash}`
  return {
    begin: async (query, browserHash, session) => {
      const clientId = query.get('client_id')
      if (clientId !== 'mywebapp') throw malformed('is unknown', 'client_id')
      if (session !== undefined) return { kind: 'redirect', location: `${CALLBACK}?user=${session.userId}` }
      const pending: PendingAuthorization = {
        requestId: `request-${saved.size}`,
        clientId,
        clientName: 'My web app',
        loginHint: query.get('login_hint') ?? undefined,
        redirectOrigin: CALLBACK,
      }
      saved.set(keyOf(pending.requestId, browserHash), pending)
      return { kind: 'sign-in', pending }
    },
    find: async (requestId, browserHash) => saved.get(keyOf(requestId, browserHash)),
    proceed: async (requestId, browserHash, session) => {
      const pending = saved.get(keyOf(requestId, browserHash))
      if (pending === undefined) throw malformed('is over', 'request')
      return `${CALLBACK}?client=${pending.clientId}&user=${session.userId}`
    },
  }
}
