// Makes new signing keys in the database of the running servers, which use them by themselves within seconds.
import { openForCommand } from '../src/app-command.ts'
import { createKeys } from '../src/app-keys.ts'
import { describeStartFailure } from '../src/app-start-failure.ts'
import { createStores } from '../src/app-stores.ts'
import { loadConfig } from '../src/config/config.ts'
import { systemClock, systemPause } from '../src/kernel/clock.ts'
import { silentLogger } from '../src/kernel/logger.ts'
import { systemRandom } from '../src/kernel/random.ts'
import type { Rotation } from '../src/oauth/keys/change-keys.ts'
import { rotateAndRecord } from '../src/oauth/keys/rotate-and-record.ts'

const HOW = { '': 'soon', '--now': 'now', '--forget-old': 'forget' } as const

const USAGE = `npm run rotate-keys [-- --now | -- --forget-old]
  without an option a new key is published now and signs in ten minutes;
  --now: it signs at once; who keeps a copy of the key set must fetch it again;
  --forget-old: also, no older key is published any more, nor used: what they signed is worth nothing. For keys that leaked.
It needs the environment of the server. It ends with 0 when other keys sign, or will; otherwise with 1, and says why.`

const rotate = async (how: 'soon' | 'now' | 'forget'): Promise<Rotation> => {
  const config = loadConfig(process.env)
  const random = systemRandom
  const clock = systemClock
  const { database, secretKeys } = await openForCommand(config, clock)
  try {
    const stores = createStores({
      database,
      clock,
      random,
      secretKeys,
      isRateLimited: config.isRateLimited,
      pause: systemPause,
      logger: silentLogger,
    })
    const keys = await createKeys({ config, stores, clock })
    return await rotateAndRecord({ ...stores, keys }, how, { detail: { by: 'command' } })
  } finally {
    await database.close()
  }
}

const report = ({ made, waiting, own }: Rotation, how: 'soon' | 'now' | 'forget'): void => {
  if (made.length > 0) console.log(`New keys: ${made.join(', ')}`)
  for (const { kid, signsFrom } of waiting)
    console.log(
      how === 'now'
        ? `Signs from now on: ${kid}, which waited already`
        : `No new key: ${kid} waits already, and signs from ${signsFrom.toISOString()}`,
    )
  for (const algorithm of own)
    console.error(
      `Not changed: your own key signs ${algorithm}. Change COUNTERSIGN_SIGNING_KEYS and start the servers again.`,
    )
  if (made.length + waiting.length > 0) return
  if (own.length === 0) console.error('No new key: the server has made none yet.')
  process.exitCode = 1
}

const [word = '', ...more] = process.argv.slice(2)
if (word === '--help' && more.length === 0) console.log(USAGE)
else if (!Object.hasOwn(HOW, word) || more.length > 0) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  const how = HOW[word as keyof typeof HOW]
  try {
    report(await rotate(how), how)
  } catch (error) {
    console.error(describeStartFailure(error))
    process.exitCode = 1
  }
}
