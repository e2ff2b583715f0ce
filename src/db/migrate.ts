import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../kernel/clock.ts'
import { start } from './migrations/0001-start.ts'
import { sealedAttempts } from './migrations/0002-sealed-attempts.ts'
import { enrolmentTransport } from './migrations/0003-enrolment-transport.ts'
import { requestedClaims } from './migrations/0004-requested-claims.ts'
import { introspectors } from './migrations/0005-introspectors.ts'
import { logoutNotices } from './migrations/0006-logout-notices.ts'
import { clientAssertions } from './migrations/0007-client-assertions.ts'
import { grantIds } from './migrations/0008-grant-ids.ts'
import { passwordResets } from './migrations/0009-password-resets.ts'
import { loggedInClients } from './migrations/0010-logged-in-clients.ts'
import { keyLife } from './migrations/0011-key-life.ts'
import { wholeUser } from './migrations/0012-whole-user.ts'
import { logoutHolds } from './migrations/0013-logout-holds.ts'
import { sessionBrowsers } from './migrations/0014-session-browsers.ts'
import { auditPrograms } from './migrations/0015-audit-programs.ts'
import { narrowIndexes } from './migrations/0016-narrow-indexes.ts'
import { sessionIssuers } from './migrations/0017-session-issuers.ts'

/** In order, never changed once released: the version of a schema is how many of them it has seen. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  start,
  sealedAttempts,
  enrolmentTransport,
  requestedClaims,
  introspectors,
  logoutNotices,
  clientAssertions,
  grantIds,
  passwordResets,
  loggedInClients,
  keyLife,
  wholeUser,
  logoutHolds,
  sessionBrowsers,
  auditPrograms,
  narrowIndexes,
  sessionIssuers,
]

export const TABLE =
  'create table if not exists schema_migration (version bigint primary key, applied_at bigint not null)'
export const NEWEST = 'select coalesce(max(version), 0) as version from schema_migration'

/** @throws {Error} the database was made by a newer Countersign */
export const checkedVersion = (version: number, newest: number): number => {
  if (version <= newest) return version
  throw new Error(
    `the database was made by a newer Countersign: it has schema ${version}, this version knows ${newest}. Start the newer version, or restore a backup made before the upgrade.`,
  )
}

/**
 * Brings the schema up to date in one transaction: what is durable once costs one wait for the disk, and nothing is half
 * done. Processes that start at once wait for each other.
 * @throws {Error} the schema is newer than this code
 */
export const migrateSqlite = (database: DatabaseSync, clock: Clock, migrations = MIGRATIONS): void => {
  database.exec('begin immediate')
  try {
    database.exec(TABLE)
    const version = checkedVersion(Number(database.prepare(NEWEST).get()?.version), migrations.length)
    for (const [index, statements] of migrations.slice(version).entries()) {
      for (const statement of statements) database.exec(statement)
      database
        .prepare('insert into schema_migration values (?, ?)')
        .run(version + index + 1, clock.now().getTime())
    }
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
