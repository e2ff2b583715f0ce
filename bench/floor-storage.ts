import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery } from 'kysely'
import { Client } from 'pg'
import type { DatabaseConfig } from '../src/db/open-database.ts'
import { openDatabase } from '../src/db/open-database.ts'

/** What no server can avoid: one durable insert of a row and one indexed lookup. */
export interface FloorStorage {
  insert(key: string, body: string): Promise<void>
  lookup(key: string): Promise<string | undefined>
}

const TABLE = 'create table floor (key text primary key, body text not null)'

export const openFloorStorage = (config: DatabaseConfig): Promise<FloorStorage> =>
  config.kind === 'sqlite' ? openSqlite(config) : openPostgres(config.url)

/** The shared-commit writer of the product, one statement compiled once; reads straight from `node:sqlite`. */
const openSqlite = async (config: Extract<DatabaseConfig, { kind: 'sqlite' }>): Promise<FloorStorage> => {
  const database = await openDatabase(config)
  const reader = new DatabaseSync(join(config.directory, 'countersign.db'))
  reader.exec(TABLE)
  const select = reader.prepare('select body from floor where key = ?')
  const sql = 'insert into floor (key, body) values (?, ?)'
  return {
    insert: async (key, body) => {
      const compiled = { sql, parameters: [key, body] } as unknown as CompiledQuery<unknown>
      await database.transact([database.step({ compile: () => compiled })])
    },
    lookup: async (key) => select.get(key)?.body as string | undefined,
  }
}

const CONNECTIONS = 4

/** `pg` alone: prepared statements, pipelined on four connections in turn. */
const openPostgres = async (url: string): Promise<FloorStorage> => {
  const clients = Array.from(
    { length: CONNECTIONS },
    () => new Client({ connectionString: url, pipeline: true } as ConstructorParameters<typeof Client>[0]),
  )
  await Promise.all(clients.map((client) => client.connect()))
  await clients[0]?.query(TABLE)
  let turn = 0
  const query = async (name: string, text: string, values: string[]) => {
    turn = (turn + 1) % CONNECTIONS
    return (await clients[turn]?.query<{ body: string }>({ name, text, values }))?.rows[0]
  }
  return {
    insert: async (key, body) => {
      await query('insert', 'insert into floor (key, body) values ($1, $2)', [key, body])
    },
    lookup: async (key) => (await query('lookup', 'select body from floor where key = $1', [key]))?.body,
  }
}
