// Encrypts with the newest secret key what older ones encrypted in the database of the running servers.
import { openForCommand } from '../src/app-command.ts'
import { describeStartFailure } from '../src/app-start-failure.ts'
import { createCipher } from '../src/app-stores.ts'
import { loadConfig } from '../src/config/config.ts'
import type { ReEncrypted } from '../src/db/re-encrypt.ts'
import { reEncrypt } from '../src/db/re-encrypt.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { systemRandom } from '../src/kernel/random.ts'

const USAGE = `npm run re-encrypt
  encrypts with the first of the secret keys what others of them encrypted. Every server must have the first one already.
It needs the environment of the server, and may be repeated. It ends with 0 when the first key opens everything; otherwise
with 1, and says what does not.`

const run = async (): Promise<readonly ReEncrypted[]> => {
  const config = loadConfig(process.env)
  const { database, secretKeys } = await openForCommand(config, systemClock)
  try {
    return await reEncrypt(database, createCipher(secretKeys, systemRandom))
  } finally {
    await database.close()
  }
}

const report = (columns: readonly ReEncrypted[]): void => {
  for (const { name, changed, unreadable } of columns) {
    if (changed > 0) console.log(`${name}: ${changed} encrypted anew`)
    if (unreadable === 0) continue
    console.error(`${name}: ${unreadable} cannot be opened by any of the keys`)
    process.exitCode = 1
  }
  if (process.exitCode === undefined)
    console.log('The first key opens everything. The others are not needed any more.')
}

const words = process.argv.slice(2)
if (words.join() === '--help') console.log(USAGE)
else if (words.length > 0) {
  console.error(USAGE)
  process.exitCode = 2
} else
  try {
    report(await run())
  } catch (error) {
    console.error(describeStartFailure(error))
    process.exitCode = 1
  }
