import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { migratePostgres } from '../../src/db/migrate-postgres.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { PostgresCluster } from './postgres-cluster.ts'
import { startPostgresCluster } from './postgres-cluster.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Deletes the database, ending whatever connections it still has. */
  readonly drop: () => Promise<void>
}

/** Where the check tells its test files about the one cluster they share. */
export const TEST_POSTGRES_URL = 'COUNTERSIGN_TEST_POSTGRES_URL'

/** What every migrated database is a copy of; it gets its name when it is complete. */
const TEMPLATE = 'migrated'
const UNFINISHED_TEMPLATE = 'not_yet_migrated'
/** Any number, as long as it is always the same: who makes the template holds it. */
const LOCK = 7_240_551

let ownCluster: Promise<PostgresCluster> | undefined
let template: Promise<void> | undefined

/**
 * Makes an empty database in the cluster of this test run. A test file that is run by itself starts a cluster, which
 * ends with the process.
 */
export const freshPostgresDatabase = async (): Promise<PostgresDatabase> =>
  createDatabase(await maintenanceUrl(), '')

/** As {@link freshPostgresDatabase}, with the schema up to date and no rows. */
export async function migratedPostgresDatabase(): Promise<PostgresDatabase> {
  const maintenance = await maintenanceUrl()
  template ??= ensureTemplate(maintenance)
  await template
  return createDatabase(maintenance, ` TEMPLATE ${TEMPLATE}`)
}

async function createDatabase(maintenance: string, words: string): Promise<PostgresDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(maintenance, `CREATE DATABASE ${name}${words}`)
  return {
    url: urlOf(maintenance, name),
    drop: () => execute(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

/** The first process of the run that wants it makes it; the others wait. */
const ensureTemplate = (maintenance: string): Promise<void> =>
  withClient(maintenance, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE])
    if (rowCount === 1) return
    await client.query(`DROP DATABASE IF EXISTS ${UNFINISHED_TEMPLATE}`)
    await client.query(`CREATE DATABASE ${UNFINISHED_TEMPLATE}`)
    await migratePostgres(urlOf(maintenance, UNFINISHED_TEMPLATE), systemClock)
    await client.query(`ALTER DATABASE ${UNFINISHED_TEMPLATE} RENAME TO ${TEMPLATE}`)
  })

function urlOf(maintenance: string, name: string): string {
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  return url.href
}

const maintenanceUrl = async (): Promise<string> => process.env[TEST_POSTGRES_URL] ?? startOwnCluster()

async function startOwnCluster(): Promise<string> {
  if (ownCluster === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
    ownCluster = startPostgresCluster()
  }
  return (await ownCluster).url
}

const execute = (url: string, statement: string): Promise<void> =>
  withClient(url, async (client) => {
    await client.query(statement)
  })

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
