import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery } from 'kysely'
import { Client } from 'pg'
import type { DatabaseConfig } from '../src/db/open-database.ts'
import { openDatabase } from '../src/db/open-database.ts'

/** What no server can avoid: the row of a session, inserted durably, and found again by the hash of its token. */
export interface FloorStorage {
  insert(tokenHash: string, refreshHash: string): Promise<void>
  /** The session's row as JSON. */
  lookup(tokenHash: string): Promise<string | undefined>
}

export const openFloorStorage = (config: DatabaseConfig): Promise<FloorStorage> =>
  config.kind === 'sqlite' ? openSqlite(config) : openPostgres(config)

const COLUMNS = [
  'id',
  'type',
  'user_id',
  'client_id',
  'family_id',
  'token_hash',
  'refresh_hash',
  'scope',
  'proven',
  'created_at',
  'expires_at',
  'refresh_expires_at',
  'refresh_contenders',
  'sweep_at',
]
const PROVEN = '[{"factor":"password","at":1790000000000},{"factor":"totp","at":1790000000000}]'

/** The token hash makes a good id. */
const rowOf = (tokenHash: string, refreshHash: string): (string | number)[] => {
  const at = Date.now()
  const texts = [tokenHash, 'code', 'user', 'client', tokenHash, tokenHash, refreshHash, 'openid', PROVEN]
  return [...texts, at, at + 3_600_000, at + 86_400_000, 0, at + 86_400_000]
}

const insertInto = (places: readonly string[]): string =>
  `insert into session (${COLUMNS.join(', ')}) values (${places.join(', ')})`

/** The shared-commit writer of the product with one statement, written by hand; reads straight from `node:sqlite`. */
const openSqlite = async (config: Extract<DatabaseConfig, { kind: 'sqlite' }>): Promise<FloorStorage> => {
  const database = await openDatabase(config)
  const reader = new DatabaseSync(join(config.directory, 'countersign.db'))
  const select = reader.prepare('select * from session where token_hash = ?')
  const sql = insertInto(COLUMNS.map(() => '?'))
  return {
    insert: async (tokenHash, refreshHash) => {
      const parameters = rowOf(tokenHash, refreshHash)
      const compiled = { sql, parameters } as unknown as CompiledQuery<unknown>
      await database.transact([database.step({ compile: () => compiled })])
    },
    lookup: async (tokenHash) => JSON.stringify(select.get(tokenHash)),
  }
}

const CONNECTIONS = 4

/** `pg` alone: prepared statements, pipelined on four connections in turn. */
const openPostgres = async (config: Extract<DatabaseConfig, { kind: 'postgres' }>): Promise<FloorStorage> => {
  await (await openDatabase(config)).close()
  const clients = Array.from(
    { length: CONNECTIONS },
    () =>
      new Client({ connectionString: config.url, pipeline: true } as ConstructorParameters<typeof Client>[0]),
  )
  await Promise.all(clients.map((client) => client.connect()))
  let turn = 0
  const query = async (name: string, text: string, values: readonly unknown[]) => {
    turn = (turn + 1) % CONNECTIONS
    return (await clients[turn]?.query({ name, text, values: [...values] }))?.rows[0]
  }
  const insert = insertInto(COLUMNS.map((_, index) => `$${index + 1}`))
  return {
    insert: async (tokenHash, refreshHash) => {
      await query('insert', insert, rowOf(tokenHash, refreshHash))
    },
    lookup: async (tokenHash) =>
      JSON.stringify(await query('lookup', 'select * from session where token_hash = $1', [tokenHash])),
  }
}
