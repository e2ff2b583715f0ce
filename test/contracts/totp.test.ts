import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createThrottle } from '../../src/accounts/throttle.sql.ts'
import type { Database } from '../../src/db/database.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import type { TransactOutcome } from '../../src/kernel/transact.ts'
import { commit } from '../../src/kernel/transact.ts'
import { fromBase32 } from '../../src/two-factor/totp/base32.ts'
import { createTotpStore } from '../../src/two-factor/totp/totp.sql.ts'
import type { TotpCredential, TotpStore } from '../../src/two-factor/totp/totp.store.ts'
import { codeAtStep, stepAt } from '../../src/two-factor/totp/totp.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import { forEachDatabase, forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const OTHER_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const NOW = new Date(1_767_225_600_000)
const LATER = new Date(NOW.getTime() + 15 * 60 * 1000)
const cipher = createColumnCipher({ keys: [new Uint8Array(32).fill(7)], random: systemRandom })

const storeOf = (database: Database): TotpStore => createTotpStore({ database, cipher })
const pendingOf = (sessionId: string, userId: string, secret = SECRET) => ({
  sessionId,
  userId,
  secret,
  transport: undefined,
  expiresAt: LATER.getTime(),
})

const credentialOf = async (totp: TotpStore, userId: string): Promise<TotpCredential> => {
  const credential = await totp.find(userId)
  assert.ok(credential)
  return credential
}

const enable = (database: Database, totp: TotpStore, sessionId: string, userId: string, step: number) =>
  database.transact([
    totp.takePending(pendingOf(sessionId, userId), NOW),
    totp.dropPendingOf(userId),
    totp.enable(userId, SECRET, step, NOW),
  ])

const countOf = (outcomes: readonly TransactOutcome[], kind: TransactOutcome['kind']): number =>
  outcomes.filter((outcome) => outcome.kind === kind).length

forEachDatabase('The store of authenticators', (open) => {
  const setUp = async () => {
    const database = await open()
    const totp = storeOf(database)
    return { database, totp }
  }
  it('keeps how codes are to be sent with a pending secret, and makes it the user’s when that is enabled', async () => {
    const { database, totp } = await setUp()
    const transports = async () => (await totp.findViews(['ann'])).get('ann')?.transport
    const sms = { ...pendingOf('s1', 'ann'), transport: 'sms' }
    assert.deepEqual(await totp.openPending(sms, NOW), sms)
    const other = { ...pendingOf('s1', 'ann', OTHER_SECRET), transport: undefined }
    assert.deepEqual(await totp.openPending(other, NOW), { ...sms, transport: undefined })
    assert.deepEqual(await totp.openPending({ ...sms, transport: 'mail' }, NOW), {
      ...sms,
      transport: 'mail',
    })
    assert.equal(await transports(), undefined)
    await database.transact([totp.enable('ann', SECRET, 100, NOW, 'mail')])
    assert.equal(await transports(), 'mail')
    await database.transact([totp.disable('ann', NOW)])
    await database.transact([totp.enable('ann', SECRET, 101, NOW)])
    assert.equal(await transports(), 'mail')
  })
  it('lets a transaction pass for whom no secret is active, and refuses it once one is', async () => {
    const { database, totp } = await setUp()
    const sessions = () => database.transact(totp.notEnabledSteps('ann'))
    assert.equal((await sessions()).kind, 'committed')
    await totp.openPending(pendingOf('s1', 'ann'), NOW)
    assert.equal((await sessions()).kind, 'committed')
    await enable(database, totp, 's1', 'ann', 100)
    assert.equal((await sessions()).kind, 'refused')
    assert.equal((await database.transact(totp.notEnabledSteps('bob'))).kind, 'committed')
  })

  const setUpEnabled = async (step = 100) => {
    const parts = await setUp()
    await parts.totp.openPending(pendingOf('s1', 'ann'), NOW)
    assert.equal((await enable(parts.database, parts.totp, 's1', 'ann', step)).kind, 'committed')
    return parts
  }

  it('shows a session one pending secret until it expires, whoever asks first', async () => {
    const { totp } = await setUp()
    const shown = await Promise.all(
      [SECRET, OTHER_SECRET].map((secret) => totp.openPending(pendingOf('s1', 'ann', secret), NOW)),
    )
    assert.equal(shown[0]?.secret, shown[1]?.secret)
    assert.equal(await totp.findPending('s1', 'ann', LATER), undefined)
    const renewed = { ...pendingOf('s1', 'ann', OTHER_SECRET), expiresAt: LATER.getTime() + 1000 }
    assert.deepEqual(await totp.openPending(renewed, LATER), renewed)
  })

  it('keeps the pending secrets of sessions and users apart', async () => {
    const { database, totp } = await setUp()
    await totp.openPending(pendingOf('s1', 'ann'), NOW)
    assert.equal(await totp.findPending('s2', 'ann', NOW), undefined)
    assert.equal(await totp.findPending('s1', 'bob', NOW), undefined)
    for (const [sessionId, userId] of [
      ['s2', 'ann'],
      ['s1', 'bob'],
    ] as const)
      assert.deepEqual(await enable(database, totp, sessionId, userId, 5), { kind: 'refused', step: 0 })
  })

  it('knows that a user began to enrol, but a pending secret counts for nothing', async () => {
    const { totp } = await setUp()
    await totp.openPending(pendingOf('s1', 'ann'), NOW)
    assert.deepEqual(
      await totp.findViews(['ann', 'bob']),
      new Map([['ann', { isEnabled: false, transport: undefined, changedAt: 0 }]]),
    )
    assert.equal((await totp.find('ann'))?.key, undefined)
  })

  it('enables once, however many confirm at once, and forgets every pending secret of the user', async () => {
    const { database, totp } = await setUp()
    await totp.openPending(pendingOf('s1', 'ann'), NOW)
    await totp.openPending(pendingOf('s2', 'ann'), NOW)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => enable(database, totp, n % 2 === 0 ? 's1' : 's2', 'ann', 100)),
    )
    assert.equal(countOf(outcomes, 'committed'), 1)
    assert.equal(await totp.findPending('s1', 'ann', NOW), undefined)
    assert.equal(await totp.findPending('s2', 'ann', NOW), undefined)
    const { key, lastStep } = await credentialOf(totp, 'ann')
    assert.deepEqual([key?.bytes, key?.algorithm, lastStep], [fromBase32(SECRET), 'SHA1', 100])
  })

  it('lets exactly one of fifty transactions use a step, and then no earlier one', async () => {
    const { database, totp } = await setUpEnabled(100)
    const credential = await credentialOf(totp, 'ann')
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => database.transact([totp.useStep(credential, 103)])),
    )
    assert.equal(countOf(outcomes, 'committed'), 1)
    for (const step of [100, 102, 103])
      assert.equal((await database.transact([totp.useStep(credential, step)])).kind, 'refused', `${step}`)
    assert.equal((await database.transact([totp.useStep(credential, 104)])).kind, 'committed')
  })

  it('keeps the used step through disabling and enabling again', async () => {
    const { database, totp } = await setUpEnabled(200)
    assert.equal((await database.transact([totp.disable('ann', NOW)])).kind, 'committed')
    assert.equal((await database.transact([totp.disable('ann', NOW)])).kind, 'refused')
    assert.equal((await credentialOf(totp, 'ann')).key, undefined)
    await totp.openPending(pendingOf('s1', 'ann'), NOW)
    assert.equal((await enable(database, totp, 's1', 'ann', 150)).kind, 'committed')
    assert.equal((await credentialOf(totp, 'ann')).lastStep, 200)
    await commit(database.transact, [totp.replace('ann', OTHER_SECRET, 'sms', NOW)])
    assert.equal((await credentialOf(totp, 'ann')).lastStep, 200)
    await commit(database.transact, [totp.switchOff('ann', null, NOW)])
    assert.equal((await credentialOf(totp, 'ann')).lastStep, 200)
  })

  it('does not use a step of a secret that was replaced after the code was checked', async () => {
    const { database, totp } = await setUpEnabled(100)
    const checked = await credentialOf(totp, 'ann')
    await commit(database.transact, [totp.replace('ann', OTHER_SECRET, null, NOW)])
    assert.equal((await database.transact([totp.useStep(checked, 110)])).kind, 'refused')
  })

  it('uses no step of a disabled authenticator and enables none over an active one', async () => {
    const { database, totp } = await setUpEnabled(100)
    const active = await credentialOf(totp, 'ann')
    assert.equal((await database.transact([totp.enable('ann', OTHER_SECRET, 300, NOW)])).kind, 'refused')
    await commit(database.transact, [totp.switchOff('ann', null, NOW)])
    assert.equal((await database.transact([totp.useStep(active, 110)])).kind, 'refused')
  })

  it('stores secrets encrypted and bound to their row', async () => {
    const { database, totp } = await setUpEnabled()
    await totp.openPending(pendingOf('s9', 'bob'), NOW)
    const active = await database.first(database.sql.selectFrom('totp_credential').selectAll())
    const pending = await database.first(database.sql.selectFrom('totp_pending').selectAll())
    assert.doesNotMatch(JSON.stringify([active, pending]), new RegExp(SECRET))
    await commit(database.transact, [
      database.step(
        database.sql.updateTable('totp_credential').set({ user_id: 'eve' }).where('user_id', '=', 'ann'),
      ),
    ])
    await assert.rejects(totp.find('eve'), /totp_credential/)
  })

  it('forgets everything of a deleted user', async () => {
    const { database, totp } = await setUpEnabled()
    await totp.openPending(pendingOf('s2', 'ann'), NOW)
    await commit(database.transact, totp.deleteAllOf('ann'))
    assert.equal(await totp.find('ann'), undefined)
    assert.equal(await totp.findPending('s2', 'ann', NOW), undefined)
  })
})

forEachDatabaseConfig('Two processes that share a database', (fresh) => {
  it('accept one of fifty identical right codes between them', async () => {
    const config = await fresh()
    const databases = [await openDatabase(config), await openDatabase(config)] as const
    try {
      const clock = createFakeClock()
      const factors = databases.map((database) => ({
        database,
        factor: createTotpFactor({
          clock,
          totp: storeOf(database),
          throttle: createThrottle({ database, clock }),
          currentPolicy: async () => POLICY,
          deliver: async () => ({ kind: 'none' }),
        }),
      }))
      await commit(databases[0].transact, [storeOf(databases[0]).replace('ann', SECRET, null, clock.now())])
      const answer = codeAtStep({ bytes: fromBase32(SECRET), algorithm: 'SHA1' }, stepAt(clock.now()))
      const origin = { address: '192.0.2.1', requestId: 'r' }
      const signIns = Array.from({ length: 50 }, async (_, n) => {
        const { database, factor } = factors[n % 2] ?? assert.fail()
        const check = await factor.check({ userId: 'ann', answer, origin })
        return check.kind === 'right' ? (await database.transact(check.use)).kind : check.kind
      })
      const outcomes = await Promise.all(signIns)
      assert.equal(outcomes.filter((kind) => kind === 'committed').length, 1)
    } finally {
      await Promise.all(databases.map((database) => database.close()))
    }
  })
})

const POLICY = {
  theme: DEFAULT_THEME,
  issuerName: 'Countersign',
  validPastTokensCount: 1,
  webhook: undefined,
  sessionSeconds: 3600,
}
