import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DatabaseConfig } from '../src/db/open-database.ts'
import { freshPostgresDatabase } from '../test/support/postgres-database.ts'
import type { Target } from './bench.ts'
import { closeTarget, openTarget } from './bench.ts'
import { CLIENTS } from './countersign.ts'
import { rateOf } from './load.ts'
import { startFloor } from './measure-engine.ts'
import { FLOOR_USERINFO, floorTokens } from './token-rows.ts'

for (const kind of ['sqlite', 'postgres'] as const) {
  describe(`the floor of the benchmark on ${kind}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-floor-'))
    let target: Target
    let drop = async (): Promise<void> => {}

    const freshDatabase = async (): Promise<DatabaseConfig> => {
      if (kind === 'sqlite') return { kind, directory: join(folder, 'data') }
      const database = await freshPostgresDatabase()
      drop = database.drop
      return { kind, url: database.url }
    }

    before(async () => {
      target = openTarget(await startFloor({ kind, folder, freshDatabase }))
    })
    after(async () => {
      await closeTarget(target)
      await drop()
      rmSync(folder, { recursive: true })
    })

    test('answers token requests on every connection with tokens of the right shape', async () => {
      const { results } = await floorTokens(target.connections, CLIENTS.jwt, 32)
      assert.equal(results.length, 32)
      for (const { accessToken } of results) assert.match(accessToken, /^[\w-]+\.[\w-]+\.[\w-]+$/)
    })

    test('finds the session of the token that it is given', async () => {
      const answer = await target.connection.send(FLOOR_USERINFO)
      assert.match(answer.body, /"user_id":"user"/)
      assert.ok((await rateOf(target.connections, FLOOR_USERINFO, 20)) > 0)
    })

    test('stops the load at an answer that is not the expected one', async () => {
      const signIn = { path: '/sign-in', method: 'POST', body: 'password' } as const
      await assert.rejects(rateOf([target.connection], signIn, 20), /expected 200, got 303/)
    })
  })
}
