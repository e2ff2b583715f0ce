import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { ConfigError, loadConfig } from './config.ts'
import { configDocument } from './config-document.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

const faultsOf = (env: Record<string, string>): string => {
  try {
    loadConfig(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  return ''
}

test('an empty environment is a whole configuration, and so are empty variables', () => {
  const config = loadConfig({ DATABASE_URL: '', COUNTERSIGN_URL: '', PORT: '9000', PATH: '/bin' })
  assert.equal(config.publicUrl, 'http://localhost:9000')
  assert.equal(config.isHttps, false)
  assert.equal(config.databaseUrl, undefined)
  assert.equal(config.trustedProxies, 0)
  assert.deepEqual(config.warnings, [])
})

test('everything that is wrong is listed at once', () => {
  const message = faultsOf({
    PORT: '99999',
    COUNTERSIGN_URL: 'ftp://x',
    COUNTERSIGN_RATE_LIMITS: 'maybe',
    COUNTERSIGN_SECRET_KEY: 'short',
  })
  for (const name of ['PORT', 'COUNTERSIGN_URL', 'COUNTERSIGN_RATE_LIMITS', 'COUNTERSIGN_SECRET_KEY'])
    assert.match(message, new RegExp(`${name}: expected`))
  assert.match(message, /openssl rand -base64 32/)
})

test('an unknown COUNTERSIGN_ name is refused with the nearest known one', () => {
  assert.match(faultsOf({ COUNTERSIGN_ADMIN_PASWORD: 'x' }), /did you mean COUNTERSIGN_ADMIN_PASSWORD\?/)
})

test('the public URL is an origin without anything after it', () => {
  assert.equal(loadConfig({ COUNTERSIGN_URL: 'https://ID.example.org/' }).publicUrl, 'https://id.example.org')
  for (const url of ['https://a/b', 'https://a/?q', 'https://a/#f', 'https://u:p@a', 'a.example', 'https://'])
    assert.match(faultsOf({ COUNTERSIGN_URL: url }), /COUNTERSIGN_URL: expected http/, url)
})

test('plain http beyond this machine and switched-off limits are warned of', () => {
  assert.match(loadConfig({ COUNTERSIGN_URL: 'http://id.example.org' }).warnings.join(), /in the clear/)
  assert.match(loadConfig({ COUNTERSIGN_RATE_LIMITS: 'off' }).warnings.join(), /guessed without limit/)
  assert.deepEqual(loadConfig({ COUNTERSIGN_URL: 'http://127.0.0.1:81' }).warnings, [])
})

test('PostgreSQL needs a key that all processes share', () => {
  const url = 'postgres://u:p@localhost/db'
  assert.match(faultsOf({ DATABASE_URL: url }), /COUNTERSIGN_SECRET_KEY: required.*openssl/)
  const config = loadConfig({ DATABASE_URL: url, COUNTERSIGN_SECRET_KEY: KEY })
  assert.deepEqual(config.secretKeys?.reveal(), [new Uint8Array(32).fill(7)])
})

test('what a password must not have in a database URL is said, and a socket in its query is fine', () => {
  for (const password of ['p#w', 'p/w'])
    assert.match(faultsOf({ DATABASE_URL: `postgres://u:${password}@localhost/db` }), /DATABASE_URL: .*%23/)
  assert.doesNotMatch(faultsOf({ DATABASE_URL: 'postgres://u:p@/db?host=/run/postgresql' }), /DATABASE_URL:/)
})

test('of several secret keys the first is the new one, and one that is none is refused', () => {
  const [first, second] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
  for (const text of [`${first},${second}`, ` ${first}\n${second}\n`, `${first}, ${second}`])
    assert.deepEqual(loadConfig({ COUNTERSIGN_SECRET_KEY: text }).secretKeys?.reveal(), [
      new Uint8Array(32).fill(1),
      new Uint8Array(32).fill(2),
    ])
  for (const text of [`${first},`, `${first},short`, ','])
    assert.match(faultsOf({ COUNTERSIGN_SECRET_KEY: text }), /COUNTERSIGN_SECRET_KEY: expected 32 bytes/)
})

test('no secret of the configuration can be printed, not even in an error', () => {
  const secret = 'correct-horse-battery'
  const config = loadConfig({
    DATABASE_URL: `postgres://u:${secret}@localhost/db`,
    COUNTERSIGN_SECRET_KEY: KEY,
    COUNTERSIGN_ADMIN_PASSWORD: secret,
    COUNTERSIGN_ROOT_CLIENT_SECRET: secret,
  })
  assert.equal(config.administrator.secret?.reveal(), secret)
  for (const text of [JSON.stringify(config), inspect(config, { depth: 9 }), `${config.databaseUrl}`]) {
    assert.ok(!text.includes(secret) && !text.includes(KEY), text)
    assert.match(text, /\[secret\]/)
  }
  const message = faultsOf({ DATABASE_URL: secret, COUNTERSIGN_SECRET_KEY: secret })
  assert.ok(message !== '' && !message.includes(secret))
})

test('docs/config.md is what scripts/print-config.ts prints', () => {
  const printed = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8')
  assert.equal(printed, configDocument())
})
