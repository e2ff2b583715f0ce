// The two-factor slice by itself, over real HTTP semantics and a real database: signing in is a row, not a flow.
import { Hono } from 'hono'
import { createAccountStore } from '../../src/accounts/account.sql.ts'
import { createThrottle } from '../../src/accounts/throttle.sql.ts'
import { createAuditLog } from '../../src/audit/audit-log.sql.ts'
import type { AuthPolicy, WebhookSettings } from '../../src/auth-config/auth-config.ts'
import type { Database } from '../../src/db/database.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { problemPage } from '../../src/html/problem.page.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { createCsrf } from '../../src/http/csrf.ts'
import { handleError } from '../../src/http/handle-error.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { hashSecretToken, newSecretToken } from '../../src/kernel/secret-token.ts'
import { createSessionOf } from '../../src/sessions/browser-session.ts'
import { createKnownDeviceStore } from '../../src/sessions/known-device.sql.ts'
import { createSessionStore } from '../../src/sessions/session.sql.ts'
import { createTotpStore } from '../../src/two-factor/totp/totp.sql.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import { twoFactorRoutes } from '../../src/two-factor/two-factor.routes.ts'
import { createTwoFactorOfUser } from '../../src/two-factor/two-factor-of-user.ts'
import { createCodeDelivery } from '../../src/two-factor/webhook/deliver-code.node.ts'
import { deliverCurrentCode } from '../../src/two-factor/webhook/deliver-current-code.ts'
import { temporarySqlite } from './databases.ts'
import { createFakeClock } from './fake-clock.ts'
import type { Person } from './person.ts'
import { createPerson } from './person.ts'
import type { StoredUser } from './stored-users.ts'
import { storeUser } from './stored-users.ts'

export const ORIGIN = 'http://localhost:8080'
const DAY = 24 * 60 * 60 * 1000
const PASSWORD = 'password'

export type TwoFactorApp = Awaited<ReturnType<typeof startTwoFactorApp>>

/** `settings` may be changed while it runs, as an AuthConfig may. */
export async function startTwoFactorApp(database?: Database) {
  const db = database ?? (await temporarySqlite())
  const clock = createFakeClock()
  const random = systemRandom
  const settings = {
    issuerName: 'my-app',
    validPastTokensCount: 1,
    webhook: undefined as WebhookSettings | undefined,
  }
  const currentPolicy = async (): Promise<AuthPolicy> => ({
    ...settings,
    theme: DEFAULT_THEME,
    sessionSeconds: 432_000,
  })
  const cookies = createCookies({ isSecure: false, random })
  const sessions = createSessionStore(db)
  const devices = createKnownDeviceStore(db)
  const accounts = createAccountStore(db)
  const throttle = createThrottle({ database: db, clock })
  const auditLog = createAuditLog({ database: db, clock, random })
  const totp = createTotpStore({
    database: db,
    cipher: createColumnCipher({ keys: [new Uint8Array(32).fill(1)], random }),
  })
  const deliveryDeps = { clock, currentPolicy, totp, accounts, auditLog, deliverCode: createCodeDelivery() }
  const factor = createTotpFactor({
    clock,
    currentPolicy,
    totp,
    throttle,
    deliver: (userId, origin) => deliverCurrentCode(deliveryDeps, userId, origin),
  })
  const forgetDevicesOf = devices.forgetAllOfUserSteps

  const app = new Hono<AppEnv>()
  app.use(async (c, next) => {
    c.set('origin', { address: c.req.header('x-test-address') ?? '192.0.2.1', requestId: 'test' })
    await next()
  })
  app.onError(
    handleError('page', {
      logger: { info: () => {}, warn: () => {}, error: (fields) => console.error(fields) },
      renderProblem: problemPage,
      currentTheme: async () => DEFAULT_THEME,
    }),
  )
  app.route(
    '/',
    twoFactorRoutes({
      clock,
      random,
      currentPolicy,
      accounts,
      totp,
      throttle,
      auditLog,
      factor,
      forgetDevicesOf,
      transact: db.transact,
      aliveGuard: sessions.aliveGuard,
      endOtherSessions: sessions.endAllOfUserSteps,
      csrf: createCsrf({ key: new Uint8Array(32), origin: ORIGIN, cookies }),
      currentSession: createSessionOf({ cookies, sessions, clock }),
      deviceIdOf: async (c, userId) => {
        const token = cookies.readDevice(c)
        return token === undefined
          ? undefined
          : devices.findDeviceId(hashSecretToken(token), userId, clock.now())
      },
      reprovePassword: async (session, password) => {
        if (password !== PASSWORD) return { kind: 'wrong' }
        const renew = db.sql.updateTable('session').set({ authenticated_at: clock.now().getTime() })
        await db.transact([db.step(renew.where('id', '=', session.id))])
        return { kind: 'proven' }
      },
    }),
  )

  /** A browser in which the user has just signed in. */
  const signIn = async (userId: string): Promise<Person> => {
    const token = newSecretToken(random)
    const at = clock.now()
    await db.transact([
      sessions.openStep({
        id: hashSecretToken(`id of ${token}`),
        tokenHash: hashSecretToken(token),
        userId,
        proven: [{ factor: 'password', at: at.getTime() }],
        at,
        expiresAt: new Date(at.getTime() + 5 * DAY),
      }),
    ])
    const person = createPerson(ORIGIN, (request) => app.request(request))
    person.cookies.set('ASID', token)
    return person
  }

  const origin = { address: '192.0.2.1', requestId: 'test' }
  return {
    db,
    app,
    clock,
    settings,
    totp,
    throttle,
    factor,
    origin,
    sessions,
    signIn,
    twoFactor: createTwoFactorOfUser({ clock, totp, throttle, forgetDevicesOf }),
    anonymous: (): Person => createPerson(ORIGIN, (request) => app.request(request)),
    addUser: (user: StoredUser): Promise<void> => storeUser(db, user),
    /** What a sign-in does with a code: true when it lets the user in. */
    useCode: async (userId: string, answer: string): Promise<boolean> => {
      const check = await factor.check({ userId, answer, origin })
      return check.kind === 'right' && (await db.transact(check.use)).kind === 'committed'
    },
    audit: () => db.all(db.sql.selectFrom('audit_event').selectAll().orderBy('at')),
  }
}
