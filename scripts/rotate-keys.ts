// Makes new signing keys in the database of the running servers, which use them by themselves within seconds.
import { createKeys } from '../src/app-keys.ts'
import { createStores } from '../src/app-stores.ts'
import { loadConfig } from '../src/config/config.ts'
import { loadOrCreateSecretKey } from '../src/config/secret-key.node.ts'
import { openDatabase } from '../src/db/open-database.ts'
import { systemClock, systemPause } from '../src/kernel/clock.ts'
import { silentLogger } from '../src/kernel/logger.ts'
import { systemRandom } from '../src/kernel/random.ts'

const HOW = { '': 'soon', '--now': 'now', '--forget-old': 'forget' } as const

const USAGE = `npm run rotate-keys [-- --now | -- --forget-old]
  without an option a new key is published now and signs in ten minutes;
  --now: it signs at once; who keeps a copy of the key set must fetch it again;
  --forget-old: also, the old key is not published any more: what it signed is worth nothing. For a key that leaked.`

const [word = '', ...more] = process.argv.slice(2)
if (!Object.hasOwn(HOW, word) || more.length > 0) {
  console.error(USAGE)
  process.exit(2)
}
const config = loadConfig(process.env)
const random = systemRandom
const secretKey = (config.secretKey ?? loadOrCreateSecretKey(config.dataDirectory, random)).reveal()
const database = await openDatabase(
  config.databaseUrl === undefined
    ? { kind: 'sqlite', directory: config.dataDirectory }
    : { kind: 'postgres', url: config.databaseUrl.reveal() },
)
try {
  const clock = systemClock
  const stores = createStores({
    database,
    clock,
    random,
    secretKey,
    isRateLimited: config.isRateLimited,
    pause: systemPause,
    logger: silentLogger,
  })
  const keys = await createKeys({ config, stores, clock })
  const added = await keys.rotate(HOW[word as keyof typeof HOW])
  console.log(
    added.length === 0
      ? 'No new key: there is none in use yet, or one waits to sign already.'
      : `New keys: ${added.join(', ')}`,
  )
} finally {
  await database.close()
}
