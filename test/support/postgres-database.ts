import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { PostgresCluster } from './postgres-cluster.ts'
import { startPostgresCluster } from './postgres-cluster.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Deletes the database, ending whatever connections it still has. */
  readonly drop: () => Promise<void>
}

/** Where the check tells its test files about the one cluster they share. */
export const TEST_POSTGRES_URL = 'COUNTERSIGN_TEST_POSTGRES_URL'

let ownCluster: Promise<PostgresCluster> | undefined

/**
 * Makes an empty database in the cluster of this test run. A test file that is run by itself starts a cluster, which
 * ends with the process.
 */
export async function freshPostgresDatabase(): Promise<PostgresDatabase> {
  const maintenance = process.env[TEST_POSTGRES_URL] ?? (await startOwnCluster())
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(maintenance, `CREATE DATABASE ${name}`)
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function startOwnCluster(): Promise<string> {
  if (ownCluster === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
    ownCluster = startPostgresCluster()
  }
  return (await ownCluster).url
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
