import { existsSync } from 'node:fs'
import { openConfiguredDatabase } from './app-database.ts'
import type { Config } from './config/config.ts'
import { ConfigError } from './config/config.ts'
import { loadSecretKeys } from './config/secret-key.node.ts'
import type { SecretKeys } from './config/secret-keys.ts'
import type { Database } from './db/database.ts'
import { sqliteFileIn } from './db/open-database.ts'
import type { Clock } from './kernel/clock.ts'

/**
 * The database and the keys of running servers, for a command that works on them; it makes neither.
 * @throws {ConfigError} where they are not
 */
export const openForCommand = async (
  config: Config,
  clock: Clock,
): Promise<{ readonly database: Database; readonly secretKeys: SecretKeys }> => {
  // NOTE: a new database beside the right one would take the command, and a leaked key would go on.
  if (config.databaseUrl === undefined && !existsSync(sqliteFileIn(config.dataDirectory)))
    throw new ConfigError([
      `there is no database in ${config.dataDirectory}; give COUNTERSIGN_DATA_DIR or DATABASE_URL as the server has it`,
    ])
  const secretKeys = (config.secretKeys ?? loadSecretKeys(config.dataDirectory)).reveal()
  return { database: await openConfiguredDatabase(config, clock), secretKeys }
}
