import { Client } from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { checkedVersion, MIGRATIONS, NEWEST, TABLE } from './migrate.ts'
import { CONNECT_TIMEOUT_MS } from './postgres-connection.ts'
import { postgresError } from './postgres-errors.ts'

const OLDEST_POSTGRES = 15

/** Any number, as long as it is always the same: who migrates holds it. */
const LOCK = 5_140_113_007

/**
 * Brings the schema up to date as `migrateSqlite` does. No statement timeout: a migration may take its time.
 * @throws {Problem} unavailable
 * @throws {Error} the schema is newer than this code, or PostgreSQL is older than 15
 */
export const migratePostgres = async (url: string, clock: Clock, migrations = MIGRATIONS): Promise<void> => {
  const client = new Client({
    connectionString: url,
    application_name: 'countersign migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // NOTE: a lost connection fails the query under way; without a listener it would end the process as well.
  client.on('error', () => {})
  const query = async (
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Record<string, unknown>[]> => {
    try {
      return (await client.query(text, values?.slice())).rows
    } catch (error) {
      throw postgresError(error)
    }
  }
  try {
    await client.connect().catch((error: unknown) => {
      throw postgresError(error)
    })
    await checkPostgresVersion(query)
    await migrateAll(query, clock, migrations)
  } finally {
    await client.end()
  }
}

type Run = (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const checkPostgresVersion = async (query: Run): Promise<void> => {
  const [row] = await query("select current_setting('server_version_num')::integer as number")
  const major = Math.floor(Number(row?.number) / 10_000)
  if (major < OLDEST_POSTGRES)
    throw new Error(
      `Countersign needs PostgreSQL ${OLDEST_POSTGRES} or newer; DATABASE_URL leads to version ${major}`,
    )
}

/** Applies what is missing in one transaction; PostgreSQL runs all of its statements in one round trip. */
const migrateAll = async (query: Run, clock: Clock, migrations: typeof MIGRATIONS): Promise<void> => {
  await query('begin')
  try {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    await query(TABLE)
    const [row] = await query(NEWEST)
    const version = checkedVersion(Number(row?.version), migrations.length)
    const at = clock.now().getTime()
    const statements = migrations
      .slice(version)
      .flatMap((migration, index) => [
        ...migration,
        `insert into schema_migration values (${version + index + 1}, ${at})`,
      ])
    if (statements.length > 0) await query(statements.join(';\n'))
    await query('commit')
  } catch (error) {
    await query('rollback').catch(() => {})
    throw error
  }
}
