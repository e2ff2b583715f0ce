import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import { Problem } from '../../src/kernel/problem.ts'
import { DuplicateKeyError } from '../../src/kernel/transact.ts'
import { forEachDatabase } from '../support/databases.ts'

const consent = (user: string, scope: string, at = 1) => ({
  user_id: user,
  client_id: 'app',
  scope,
  created_at: at,
  updated_at: at,
})

const insertion = (database: Database, user: string, scope = 'openid', at = 1) =>
  database.step(database.sql.insertInto('consent_grant').values(consent(user, scope, at)))

const grants = (database: Database) =>
  database.all(
    database.sql
      .selectFrom('consent_grant')
      .select(['user_id', 'client_id', 'scope', 'created_at', 'updated_at'])
      .orderBy('user_id'),
  )

forEachDatabase('the database', (open) => {
  test('a committed transaction is seen by the next read, with numbers as numbers', async () => {
    const database = await open()
    const outcome = await database.transact([
      insertion(database, 'a'),
      insertion(database, 'b', 'email', 2 ** 53 - 1),
    ])
    assert.equal(outcome.kind, 'committed')
    assert.deepEqual(await grants(database), [consent('a', 'openid'), consent('b', 'email', 2 ** 53 - 1)])
    assert.equal(
      await database.first(database.sql.selectFrom('counter').select('value').where('name', '=', 'x')),
      undefined,
    )
  })

  test('steps answer with their rows and how many rows they changed', async () => {
    const database = await open()
    const { sql } = database
    const outcome = await database.transact([
      insertion(database, 'a'),
      database.step(
        sql
          .insertInto('consent_grant')
          .values([consent('b', 'x'), consent('c', 'x')])
          .returning('user_id'),
      ),
      database.step(sql.updateTable('consent_grant').set({ scope: 'y' }).where('scope', '=', 'x')),
      database.step(sql.deleteFrom('consent_grant').where('scope', '=', 'nothing')),
    ])
    assert.deepEqual(outcome, {
      kind: 'committed',
      results: [
        { rows: [], changed: 1 },
        { rows: [{ user_id: 'b' }, { user_id: 'c' }], changed: 2 },
        { rows: [], changed: 2 },
        { rows: [], changed: 0 },
      ],
    })
  })

  test('a guard that yields no row refuses the whole transaction and says which step it was', async () => {
    const database = await open()
    const { sql } = database
    await database.transact([insertion(database, 'old')])
    const absent = sql
      .updateTable('consent_grant')
      .set({ scope: 'z' })
      .where('user_id', '=', 'absent')
      .returning('user_id')
    const refused = await database.transact([
      insertion(database, 'new'),
      database.guard(sql.selectFrom('consent_grant').select('user_id').where('user_id', '=', 'old')),
      database.guard(absent),
      insertion(database, 'never'),
    ])
    assert.deepEqual(refused, { kind: 'refused', step: 2 })
    assert.deepEqual(await database.transact([database.guard(absent)]), { kind: 'refused', step: 0 })
    assert.deepEqual(await grants(database), [consent('old', 'openid')])
  })

  test('a guard that yields rows answers with exactly these rows', async () => {
    const database = await open()
    const { sql } = database
    await database.transact(['a', 'b', 'c'].map((user) => insertion(database, user)))
    const outcome = await database.transact([
      database.guard(
        sql
          .updateTable('consent_grant')
          .set({ scope: 'z' })
          .where('user_id', '<', 'c')
          .returning(['user_id', 'scope']),
      ),
    ])
    assert.deepEqual(outcome, {
      kind: 'committed',
      results: [
        {
          rows: [
            { user_id: 'a', scope: 'z' },
            { user_id: 'b', scope: 'z' },
          ],
          changed: 2,
        },
      ],
    })
  })

  test('a key that exists rolls everything back and is named by table and columns, never by value', async () => {
    const database = await open()
    await database.transact([insertion(database, 'taken')])
    const doubled = database.transact([insertion(database, 'other'), insertion(database, 'taken')])
    await assert.rejects(doubled, (error: unknown) => {
      assert(error instanceof DuplicateKeyError)
      assert.equal(error.constraint, 'consent_grant(user_id, client_id)')
      assert(!error.message.includes('taken'))
      return true
    })
    assert.deepEqual(await grants(database), [consent('taken', 'openid')])
  })

  test('a partial unique index counts as a key too', async () => {
    const database = await open()
    const key = (id: string, isUnique: 0 | 1) =>
      database.step(
        database.sql
          .insertInto('resource_key')
          .values({ kind: 'User', name: 'login', value: 'v', id, is_unique: isUnique }),
      )
    await database.transact([key('a', 1), key('b', 0), key('c', 0)])
    await assert.rejects(database.transact([key('d', 1)]), {
      name: 'DuplicateKeyError',
      constraint: 'resource_key(kind, name, value)',
    })
  })

  test('of 50 at once who use something up, one wins', async () => {
    const database = await open()
    const { sql } = database
    await database.transact([insertion(database, 'code', 'fresh')])
    const consume = (n: number) =>
      database.transact([
        database.guard(
          sql
            .updateTable('consent_grant')
            .set({ scope: `used by ${n}` })
            .where('user_id', '=', 'code')
            .where('scope', '=', 'fresh')
            .returning('scope'),
        ),
        insertion(database, `winner ${n}`),
      ])
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => consume(n)))
    assert.equal(outcomes.filter((outcome) => outcome.kind === 'committed').length, 1)
    assert.equal((await grants(database)).length, 2)
  })

  test('concurrent counts are all counted', async () => {
    const database = await open()
    const { sql } = database
    const add = () =>
      database.transact([
        database.step(
          sql
            .insertInto('throttle')
            .values({ key: 'k', failures: 1, window_ends_at: 0, blocked_until: 0, sweep_at: 0 })
            .onConflict((on) =>
              on.column('key').doUpdateSet((eb) => ({ failures: eb('throttle.failures', '+', 1) })),
            ),
        ),
      ])
    await Promise.all(Array.from({ length: 100 }, add))
    assert.deepEqual(await database.all(sql.selectFrom('throttle').select('failures')), [{ failures: 100 }])
  })

  test('text of any script and size comes back as it was', async () => {
    const database = await open()
    const texts = ['', "'; drop table session; --", 'Zoë 👩‍👩‍👧 \u202e\u0001', '0007', 'x'.repeat(3_000_000)]
    await database.transact(texts.map((text, index) => insertion(database, `u${index}`, text)))
    assert.deepEqual(
      (await grants(database)).map((row) => row.scope),
      texts,
    )
  })

  test('text that cannot be stored everywhere is refused as invalid and nothing is written', async () => {
    const database = await open()
    for (const text of ['a\0b', 'half \ud83d pair', '{"a":"\\u0000"}', '{"a":"\\ud83d"}'])
      await assert.rejects(
        async () => database.transact([insertion(database, 'a', text)]),
        (error: unknown) => error instanceof Problem && error.details.kind === 'invalid',
      )
    await database.transact([insertion(database, 'b', '{"a":"\\\\u0000"}')])
    assert.deepEqual(
      (await grants(database)).map((row) => row.scope),
      ['{"a":"\\\\u0000"}'],
    )
  })

  test('a mistake in the SQL is a plain error and leaves the database working', async () => {
    const database = await open()
    const broken = database.sql.selectFrom('no_such_table' as 'counter').selectAll()
    const isPlain = (error: unknown) => error instanceof Error && !(error instanceof Problem)
    await assert.rejects(database.all(broken), isPlain)
    await assert.rejects(database.transact([insertion(database, 'a'), database.step(broken)]), isPlain)
    await assert.rejects(
      database.transact([insertion(database, 'a'), database.guard(database.sql.deleteFrom('consent_grant'))]),
      isPlain,
    )
    await database.ping()
    assert.deepEqual(await grants(database), [])
  })

  test('one failing transaction among many does not touch its neighbours', async () => {
    const database = await open()
    const users = Array.from({ length: 60 }, (_, n) => `u${n % 30}`)
    const settled = await Promise.allSettled(
      users.map((user) => database.transact([insertion(database, user)])),
    )
    assert.equal(settled.filter((one) => one.status === 'fulfilled').length, 30)
    assert.equal((await grants(database)).length, 30)
  })

  test('a transaction that ends half-way leaves nothing, its neighbours of the same moment everything', async () => {
    const database = await open()
    const { sql } = database
    await database.transact([insertion(database, 'old')])
    const absent = sql.selectFrom('consent_grant').select('user_id').where('user_id', '=', 'absent')
    const settled = await Promise.allSettled([
      database.transact([insertion(database, 'a'), insertion(database, 'b')]),
      database.transact([insertion(database, 'refused'), database.guard(absent)]),
      database.transact([insertion(database, 'failed'), insertion(database, 'old')]),
      database.transact([insertion(database, 'c')]),
    ])
    assert.deepEqual(
      settled.map((one) => (one.status === 'fulfilled' ? one.value.kind : one.reason.name)),
      ['committed', 'refused', 'DuplicateKeyError', 'committed'],
    )
    assert.deepEqual(
      (await grants(database)).map((grant) => grant.user_id),
      ['a', 'b', 'c', 'old'],
    )
  })

  test('the same SQL changes nothing as a step and refuses as a guard', async () => {
    const database = await open()
    const query = database.sql.deleteFrom('counter').where('name', '=', 'absent').returning('name')
    for (const kind of ['committed', 'committed', 'committed'])
      assert.equal((await database.transact([database.step(query)])).kind, kind)
    for (const kind of ['refused', 'refused', 'refused'])
      assert.equal((await database.transact([database.guard(query)])).kind, kind)
    const both = await database.transact([database.step(query), database.guard(query)])
    assert.deepEqual(both, { kind: 'refused', step: 1 })
    assert.equal((await database.transact([database.step(query)])).kind, 'committed')
  })

  test('after close every call is unavailable, and what was under way was finished', async () => {
    const database = await open()
    const pending = database.transact([insertion(database, 'a')])
    await Promise.all([pending, database.close()])
    assert.equal((await pending).kind, 'committed')
    await assert.rejects(
      database.transact([insertion(database, 'b')]),
      (error: unknown) => error instanceof Problem && error.details.kind === 'unavailable',
    )
  })
})
