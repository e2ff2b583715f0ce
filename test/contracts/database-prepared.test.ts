import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepared } from '../../src/db/prepared.ts'
import { forEachDatabase } from '../support/databases.ts'

forEachDatabase('a prepared statement', (open) => {
  test('is built once and filled with other values at each use', async () => {
    const database = await open()
    const { sql } = database
    let built = 0
    const insert = prepared<{ readonly id: string; readonly scope: string }>((parameter) => {
      built += 1
      return sql.insertInto('consent_grant').values({
        user_id: parameter('id'),
        client_id: 'app',
        scope: parameter('scope'),
        created_at: 1,
        updated_at: 1,
      })
    })
    const find = prepared<{ readonly id: string }, { scope: string }>((parameter) =>
      sql.selectFrom('consent_grant').select('scope').where('user_id', '=', parameter('id')),
    )
    await database.transact(['a', 'b'].map((id) => database.step(insert({ id, scope: `of ${id}` }))))
    assert.deepEqual(await database.first(find({ id: 'a' })), { scope: 'of a' })
    assert.deepEqual(await database.first(find({ id: 'b' })), { scope: 'of b' })
    assert.equal(built, 1)
  })

  test('refuses a value that was forgotten', async () => {
    const database = await open()
    const find = prepared<{ readonly id?: string }>((parameter) =>
      database.sql.selectFrom('consent_grant').select('scope').where('user_id', '=', parameter('id')),
    )
    await assert.rejects(database.all(find({})), TypeError)
  })
})
