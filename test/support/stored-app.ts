// The whole application and what is behind it: tests put people and clients where a write of the resource leaves them,
// sign people in without a page, and look at the rows.
import { createStores } from '../../src/app-stores.ts'
import { hashRandomSecret } from '../../src/clients/client-secret.ts'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { systemPause } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { hashSecretToken, newId, newSecretToken } from '../../src/kernel/secret-token.ts'
import type { StoredUser } from './stored-users.ts'
import { storeDocument, storeUser } from './stored-users.ts'
import type { TestApp, TestAppOptions } from './test-app.ts'
import { SECRET_KEY, startTestApp } from './test-app.ts'

export interface StoredAppOptions extends Omit<TestAppOptions, 'databaseUrl' | 'directory'> {
  /** An empty or used database; SQLite in a new directory where left out. */
  readonly config?: DatabaseConfig
}

export type StoredApp = Awaited<ReturnType<typeof startStoredApp>>

const DAY = 24 * 3600_000

/** `start` may listen on a port. */
export async function startStoredApp(
  { config, ...options }: StoredAppOptions = {},
  start: (options: TestAppOptions) => Promise<TestApp> = startTestApp,
) {
  const place = config?.kind === 'postgres' ? { databaseUrl: config.url } : config
  const testApp = await start({ ...options, ...place })
  const { clock, database } = testApp
  const random = systemRandom
  const stores = createStores({
    database,
    clock,
    random,
    secretKeys: [SECRET_KEY],
    isRateLimited: true,
    pause: systemPause,
    logger: silentLogger,
  })
  return {
    ...testApp,
    stores,
    addUser: (user: StoredUser, passwordHash?: string): Promise<void> =>
      storeUser(database, user, passwordHash),
    addClient: async (id: string, document: JsonObject, secret?: string): Promise<void> => {
      await storeDocument(database, 'Client', id, document)
      if (secret === undefined) return
      await database.transact([stores.clientSecrets.setStep(id, hashRandomSecret(secret))])
    },
    /** Opens a finished sign-in as of now; answers the session cookie. */
    signIn: async (userId: string): Promise<{ readonly sessionId: string; readonly cookie: string }> => {
      const cookie = newSecretToken(random)
      const sessionId = newId(random)
      const at = clock.now()
      await database.transact([
        stores.sessions.openStep({
          id: sessionId,
          tokenHash: hashSecretToken(cookie),
          userId,
          proven: [{ factor: 'password', at: at.getTime() }],
          at,
          expiresAt: new Date(at.getTime() + 5 * DAY),
        }),
      ])
      return { sessionId, cookie }
    },
  }
}
