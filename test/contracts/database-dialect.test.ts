import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import { Problem } from '../../src/kernel/problem.ts'
import { forEachDatabase } from '../support/databases.ts'

const body = {
  userName: 'zoë',
  active: true,
  locked: false,
  nothing: null,
  visits: 42,
  ratio: 0.5,
  huge: 1e21,
  name: { given: ['Zoë', 'Q.'] },
  "o'clock.x": 'odd key',
  list: [{ use: 'home' }, { use: 'work' }],
}

const store = (database: Database) =>
  database.transact([
    database.step(
      database.sql.insertInto('resource').values({
        kind: 'User',
        id: 'a',
        version_id: 1,
        created_at: 1,
        updated_at: 1,
        body: JSON.stringify(body),
        is_deleted: 0,
      }),
    ),
  ])

const textAt = async (database: Database, path: readonly (string | number)[]) => {
  const text = database.dialect.jsonText('body', path)
  return (await database.first(database.sql.selectFrom('resource').select(text.as('text'))))?.text
}

forEachDatabase('a JSON path', (open) => {
  test('reads the same text on both engines', async () => {
    const database = await open()
    await store(database)
    const expected: readonly (readonly [readonly (string | number)[], string | null])[] = [
      [['userName'], 'zoë'],
      [['active'], 'true'],
      [['locked'], 'false'],
      [['nothing'], null],
      [['absent'], null],
      [['userName', 'deeper'], null],
      [['visits'], '42'],
      [['ratio'], '0.5'],
      [['huge'], '1e+21'],
      [['name', 'given', 1], 'Q.'],
      [['name', 'given', 2], null],
      [['name'], '{"given":["Zoë","Q."]}'],
      [['list', 1, 'use'], 'work'],
      [["o'clock.x"], 'odd key'],
    ]
    for (const [path, text] of expected) assert.equal(await textAt(database, path), text, path.join('.'))
  })

  test('is a condition as well as a column', async () => {
    const database = await open()
    await store(database)
    const found = database.sql
      .selectFrom('resource')
      .select('id')
      .where(database.dialect.jsonText('resource.body', ['active']), '=', 'true')
    assert.deepEqual(await database.all(found), [{ id: 'a' }])
  })

  test('that is empty, endless or cannot be quoted is refused', async () => {
    const database = await open()
    const refused = [
      [],
      ['a"b'],
      ['a\\b'],
      ['a\nb'],
      [''],
      [-1],
      [1.5],
      ['x'.repeat(129)],
      Array.from({ length: 17 }, () => 'a'),
    ]
    for (const path of refused)
      assert.throws(
        () => database.dialect.jsonText('body', path),
        (error: unknown) => error instanceof Problem && error.details.kind === 'malformed',
      )
  })
})
