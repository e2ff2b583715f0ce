// The application, and the rules of its second factor over the same database: what a sign-in or a write of the User asks
// of them is tested without the pages and programs in between.

import assert from 'node:assert/strict'
import { createCurrentAuthPolicy } from '../../src/auth-config/current-auth-policy.ts'
import type { Database } from '../../src/db/database.ts'
import { createOutboundFetch } from '../../src/outbound/outbound-fetch.node.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import { createTwoFactorOfUser } from '../../src/two-factor/two-factor-of-user.ts'
import { createCodeDelivery } from '../../src/two-factor/webhook/create-code-delivery.ts'
import { deliverCurrentCode } from '../../src/two-factor/webhook/deliver-current-code.ts'
import type { Person } from './person.ts'
import type { StoredAppOptions } from './stored-app.ts'
import { startStoredApp } from './stored-app.ts'

export type TwoFactorApp = Awaited<ReturnType<typeof startTwoFactorApp>>

export async function startTwoFactorApp(options: StoredAppOptions = {}) {
  const app = await startStoredApp(options)
  const { clock, database, stores } = app
  const currentPolicy = createCurrentAuthPolicy({ ...stores, warn: () => {} })
  const deliveryDeps = {
    ...stores,
    clock,
    currentPolicy,
    deliverCode: createCodeDelivery(createOutboundFetch()),
  }
  const factor = createTotpFactor({
    ...stores,
    clock,
    currentPolicy,
    deliver: (userId, origin) => deliverCurrentCode(deliveryDeps, userId, origin),
  })
  const origin = { address: '192.0.2.1', requestId: 'test' }
  return {
    ...app,
    factor,
    origin,
    twoFactor: createTwoFactorOfUser({
      ...stores,
      clock,
      forgetDevicesOf: stores.devices.forgetAllOfUserSteps,
    }),
    /** Puts the settings of the second factor in force. */
    configure: async (twoFactor: object): Promise<void> => {
      const answer = await app.rest('PUT', '/AuthConfig/settings', { twoFactor })
      assert.ok(answer.ok, await answer.text())
    },
    /** A browser in which the user has just signed in. */
    signIn: async (userId: string): Promise<Person> => {
      const person = app.person()
      person.cookies.set('ASID', (await app.signIn(userId)).cookie)
      return person
    },
    /** What a sign-in does with a code: true when it lets the user in. */
    useCode: async (userId: string, answer: string): Promise<boolean> => {
      const check = await factor.check({ userId, answer, origin })
      return check.kind === 'right' && (await database.transact(check.use)).kind === 'committed'
    },
    /** What was recorded; after a stop it is read over another connection. */
    audit: (from: Database = database) =>
      from.all(from.sql.selectFrom('audit_event').selectAll().orderBy('at')),
  }
}
