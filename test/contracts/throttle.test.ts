import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createThrottle, openThrottle } from '../../src/accounts/throttle.sql.ts'
import type { Guess, Throttle } from '../../src/accounts/throttle.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { forEachDatabase, forEachDatabaseConfig, temporarySqlite } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const password: Guess = { account: 'ann', factor: 'password', address: '192.0.2.1' }
const code: Guess = { ...password, factor: 'totp' }

const fail = async (throttle: Throttle, guess: Guess, times: number): Promise<readonly string[]> => {
  const kinds: string[] = []
  for (let n = 0; n < times; n += 1) kinds.push((await throttle.failed(guess, [])).kind)
  return kinds
}

const succeed = async (database: Database, throttle: Throttle, guess: Guess): Promise<string> =>
  (await database.transact(throttle.succeededSteps(guess))).kind

forEachDatabase('Throttling', (open) => {
  const setUp = async () => {
    const clock = createFakeClock()
    const database = await open()
    return { clock, database, throttle: createThrottle({ database, clock }) }
  }

  it('lets five wrong answers pass, then asks to wait 30 s, 1, 2, 4 … minutes, at most an hour', async () => {
    const { clock, throttle } = await setUp()
    assert.deepEqual(await fail(throttle, password, 6), ['open', 'open', 'open', 'open', 'open', 'throttled'])
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]) {
      assert.deepEqual(await throttle.state(password), { kind: 'throttled', retryAfterSeconds: seconds })
      clock.advance(seconds * SECOND - 1)
      assert.deepEqual(await throttle.failed(password, []), { kind: 'throttled', retryAfterSeconds: 1 })
      clock.advance(1)
      assert.deepEqual(await throttle.state(password), { kind: 'open' })
      assert.deepEqual(await throttle.failed(password, []), { kind: 'open' })
    }
  })

  it('refuses a factor after a hundred wrong answers in a row, until it is reset', async () => {
    const { clock, database, throttle } = await setUp()
    for (let n = 0; n < 100; n += 1) {
      assert.equal((await throttle.failed(password, [])).kind, 'open', `wrong answer ${n + 1}`)
      clock.advance(60 * MINUTE)
    }
    clock.advance(365 * 24 * 60 * MINUTE)
    assert.deepEqual(await throttle.state(password), { kind: 'disabled' })
    assert.deepEqual(await throttle.failed(password, []), { kind: 'disabled' })
    assert.equal(await succeed(database, throttle, password), 'refused')
    assert.deepEqual(await throttle.state(code), { kind: 'open' })
    assert.equal(await throttle.isDisabled('ann', 'password'), true)
    assert.equal(await throttle.isDisabled('ann', 'totp'), false)
    await database.transact(throttle.resetSteps('ann', 'password'))
    assert.equal(await throttle.isDisabled('ann', 'password'), false)
    assert.deepEqual(await fail(throttle, password, 6), ['open', 'open', 'open', 'open', 'open', 'throttled'])
  })

  it('counts passwords and codes apart, and accounts apart', async () => {
    const { throttle } = await setUp()
    await fail(throttle, password, 5)
    assert.equal((await throttle.state(password)).kind, 'throttled')
    assert.equal((await throttle.state(code)).kind, 'open')
    assert.equal((await throttle.state({ ...password, account: 'bob' })).kind, 'open')
  })

  it('forgets the count at a right answer, but takes none while blocked', async () => {
    const { clock, database, throttle } = await setUp()
    await fail(throttle, password, 4)
    assert.equal(await succeed(database, throttle, password), 'committed')
    assert.deepEqual(await fail(throttle, password, 5), ['open', 'open', 'open', 'open', 'open'])
    assert.equal(await succeed(database, throttle, password), 'refused')
    assert.equal((await throttle.state(password)).kind, 'throttled')
    clock.advance(30 * SECOND)
    assert.equal(await succeed(database, throttle, password), 'committed')
    assert.deepEqual(await fail(throttle, password, 5), ['open', 'open', 'open', 'open', 'open'])
  })

  it('gives a network 60 wrong answers a minute, whatever they are tried on, and a /64 is one network', async () => {
    const { clock, database, throttle } = await setUp()
    const from = (n: number): Guess => ({
      ...password,
      account: `user${n}`,
      address: `2001:db8::${n.toString(16)}`,
    })
    for (let n = 0; n < 60; n += 1) assert.equal((await throttle.failed(from(n), [])).kind, 'open')
    assert.deepEqual(await throttle.failed(from(61), []), { kind: 'throttled', retryAfterSeconds: 60 })
    assert.equal(await succeed(database, throttle, from(62)), 'refused')
    assert.equal((await throttle.state({ ...from(61), address: '2001:db8:0:1::1' })).kind, 'open')
    clock.advance(MINUTE)
    assert.equal((await throttle.failed(from(61), [])).kind, 'open')
    assert.equal(await succeed(database, throttle, from(62)), 'committed')
  })

  it('gives a known device five tries a quarter of an hour that nobody else can use up', async () => {
    const { clock, database, throttle } = await setUp()
    const own: Guess = { ...password, deviceId: 'laptop' }
    for (let n = 0; n < 61; n += 1)
      await throttle.failed({ ...password, account: n < 6 ? 'ann' : `x${n}` }, [])
    assert.equal((await throttle.state(password)).kind, 'throttled')
    assert.equal((await throttle.state(own)).kind, 'open')
    assert.equal(await succeed(database, throttle, own), 'committed')
    assert.equal((await throttle.state(password)).kind, 'throttled')
    assert.deepEqual(await fail(throttle, own, 6), ['open', 'open', 'open', 'open', 'open', 'throttled'])
    assert.equal((await throttle.state({ ...own, deviceId: 'phone' })).kind, 'open')
    clock.advance(15 * MINUTE)
    assert.deepEqual(await fail(throttle, own, 6), ['open', 'open', 'open', 'open', 'open', 'throttled'])
  })

  it('refuses a known device too after a hundred wrong answers in a row, and a reset of its account frees it', async () => {
    const { clock, database, throttle } = await setUp()
    const own: Guess = { ...password, deviceId: 'laptop' }
    await database.transact([
      database.step(
        database.sql
          .insertInto('known_device')
          .values({ token_hash: 'h', user_id: 'ann', device_id: 'laptop', expires_at: 1 }),
      ),
    ])
    for (let n = 0; n < 100; n += 1) {
      if (n % 5 === 0) clock.advance(15 * MINUTE)
      assert.equal((await throttle.failed(own, [])).kind, 'open')
    }
    clock.advance(15 * MINUTE)
    assert.equal((await throttle.state(own)).kind, 'disabled')
    await database.transact(throttle.resetSteps('ann', 'password'))
    assert.equal((await throttle.state(own)).kind, 'open')
  })

  it('writes what else a wrong answer leads to only when the answer was counted', async () => {
    const { database, throttle } = await setUp()
    const note = (name: string) =>
      database.step(database.sql.insertInto('counter').values({ name, value: 1 }))
    await fail(throttle, password, 4)
    await throttle.failed(password, [note('counted')])
    await throttle.failed(password, [note('refused')])
    const names = await database.all(database.sql.selectFrom('counter').select('name').orderBy('name'))
    assert.deepEqual(names, [{ name: 'counted' }, { name: 'document' }])
  })

  it('counts exactly five of sixty wrong answers at once', async () => {
    const { throttle } = await setUp()
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => throttle.failed(password, [])))
    assert.equal(outcomes.filter((outcome) => outcome.kind === 'open').length, 5)
  })
})

forEachDatabaseConfig('Throttling of several processes', (fresh) => {
  it('remembers the count over a restart', async () => {
    const config = await fresh()
    const clock = createFakeClock()
    const before = await openDatabase(config)
    await fail(createThrottle({ database: before, clock }), password, 3)
    await before.close()
    const after = await openDatabase(config)
    try {
      const kinds = await fail(createThrottle({ database: after, clock }), password, 3)
      assert.deepEqual(kinds, ['open', 'open', 'throttled'])
    } finally {
      await after.close()
    }
  })

  it('counts exactly five of sixty wrong answers that two processes get at once', async () => {
    const config = await fresh()
    const clock = createFakeClock()
    const databases = [await openDatabase(config), await openDatabase(config)]
    try {
      const throttles = databases.map((database) => createThrottle({ database, clock }))
      const guesses = throttles.flatMap((throttle) =>
        Array.from({ length: 30 }, () => throttle.failed(password, [])),
      )
      const outcomes = await Promise.all(guesses)
      assert.equal(outcomes.filter((outcome) => outcome.kind === 'open').length, 5)
    } finally {
      for (const database of databases) await database.close()
    }
  })
})

it('An open throttle counts nothing but still writes what a wrong answer leads to', async () => {
  const database = await temporarySqlite()
  const throttle = openThrottle(database)
  const note = database.step(database.sql.insertInto('counter').values({ name: 'noted', value: 1 }))
  assert.deepEqual(await throttle.failed(password, [note]), { kind: 'open' })
  assert.equal((await database.all(database.sql.selectFrom('counter').select('name'))).length, 2)
  assert.deepEqual(await fail(throttle, password, 200), new Array(200).fill('open'))
})
