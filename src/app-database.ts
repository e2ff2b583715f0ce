import type { Config } from './config/config.ts'
import type { Database } from './db/database.ts'
import { openDatabase } from './db/open-database.ts'
import type { Clock } from './kernel/clock.ts'

/** The database that the operator configured. @throws {Problem} unavailable — it cannot be opened now */
export const openConfiguredDatabase = (config: Config, clock: Clock): Promise<Database> =>
  openDatabase(
    config.databaseUrl === undefined
      ? { kind: 'sqlite', directory: config.dataDirectory }
      : { kind: 'postgres', url: config.databaseUrl.reveal() },
    clock,
  )
