import { createAuditLog } from '../../src/audit/audit-log.sql.ts'
import type { AuditLog } from '../../src/audit/audit-log.store.ts'
import type { Database } from '../../src/db/database.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'

/** The audit log of a database, for rules that are tested without the application around them. */
export const auditLogOver = (database: Database, clock: Clock): AuditLog =>
  createAuditLog({ database, clock, random: systemRandom, pause: async () => {}, logger: silentLogger })
