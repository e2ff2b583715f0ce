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
    let version = -1
    while (version < migrations.length) version = await migrateOnce(query, clock, migrations)
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

/** Applies the next migration, if any; answers the version reached, or past the newest when none was left. */
const migrateOnce = async (query: Run, clock: Clock, migrations: typeof MIGRATIONS): Promise<number> => {
  await query('begin')
  try {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    await query(TABLE)
    const [row] = await query(NEWEST)
    const version = checkedVersion(Number(row?.version), migrations.length)
    const statements = migrations[version] ?? []
    if (statements.length > 0) await query(statements.join(';\n'))
    if (version < migrations.length)
      await query('insert into schema_migration values ($1, $2)', [version + 1, clock.now().getTime()])
    await query('commit')
    return version < migrations.length ? version + 1 : migrations.length
  } catch (error) {
    await query('rollback').catch(() => {})
    throw error
  }
}
