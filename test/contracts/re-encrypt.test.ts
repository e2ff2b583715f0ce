import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createWebhookHeaderStore } from '../../src/auth-config/webhook-header.sql.ts'
import type { Database } from '../../src/db/database.ts'
import type { ColumnCipher } from '../../src/db/encrypted-column.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { reEncrypt } from '../../src/db/re-encrypt.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { commit } from '../../src/kernel/transact.ts'
import { createIntrospectorSecretStore } from '../../src/oauth/introspector/introspector.sql.ts'
import { generateSigningKey } from '../../src/oauth/keys/signing-key.node.ts'
import { createSigningKeyStore } from '../../src/oauth/keys/signing-key.sql.ts'
import { createTotpStore } from '../../src/two-factor/totp/totp.sql.ts'
import { forEachDatabase } from '../support/databases.ts'

const NOW = new Date('2026-01-31T10:00:00Z')
const LATER = new Date('2026-01-31T10:15:00Z')
const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
/** More than two batches. */
const HEADERS = Object.fromEntries(Array.from({ length: 450 }, (_, n) => [`x-header-${n}`, `value ${n}`]))

const cipherOf = (...bytes: readonly number[]) =>
  createColumnCipher({ keys: bytes.map((byte) => new Uint8Array(32).fill(byte)), random: systemRandom })

const storesOver = (database: Database, cipher: ColumnCipher) => ({
  totp: createTotpStore({ database, cipher }),
  headers: createWebhookHeaderStore(database, cipher),
  introspectors: createIntrospectorSecretStore(database, cipher),
  keys: createSigningKeyStore(database, cipher),
})

/** One secret or more in every table that has some. */
const fill = async (database: Database, cipher: ColumnCipher) => {
  const { totp, headers, introspectors, keys } = storesOver(database, cipher)
  await commit(database.transact, [
    totp.replace('ann', TOTP, 'sms', NOW),
    ...headers.replaceSteps('settings', HEADERS),
    ...introspectors.replaceSteps('issuer', { 'jwt.secret': 'shared' }),
  ])
  const pending = { sessionId: 's', userId: 'bob', secret: TOTP, transport: undefined }
  await totp.openPending({ ...pending, expiresAt: LATER.getTime() }, NOW)
  await keys.addFirst(await generateSigningKey('ES256'), NOW)
  await keys.addNext(await generateSigningKey('ES256'), NOW, NOW)
  const all = await keys.findAll()
  const [next, active] = ['next', 'active'].map((stage) => all.find((key) => key.stage === stage))
  assert.ok(next !== undefined && active !== undefined)
  await keys.promote(next, active, NOW, LATER)
}

const assertReadable = async (database: Database, cipher: ColumnCipher) => {
  const { totp, headers, introspectors, keys } = storesOver(database, cipher)
  assert.ok((await totp.find('ann'))?.key !== undefined)
  assert.equal((await totp.findPending('s', 'bob', NOW))?.secret, TOTP)
  assert.deepEqual(await headers.find('settings'), HEADERS)
  assert.deepEqual(await introspectors.find('issuer'), { 'jwt.secret': 'shared' })
  const all = await keys.findAll()
  assert.deepEqual(
    all.map(({ stage, fault, privateKey }) => [stage, fault, privateKey !== undefined]).toSorted(),
    [
      ['active', undefined, true],
      ['retired', undefined, false],
    ],
  )
}

/** Every column of the database in which something begins so. */
const columnsWith = async (database: Database, prefix: string): Promise<readonly string[]> => {
  const list =
    database.dialect.engine === 'postgres'
      ? sql`select table_name as tab, column_name as col from information_schema.columns
          where table_schema = current_schema() and data_type = 'text'`
      : sql`select m.name as tab, c.name as col from sqlite_master m, pragma_table_info(m.name) c
          where m.type = 'table' and lower(c.type) = 'text'`
  const columns = await database.all<{ tab: string; col: string }>({
    compile: () => list.compile(database.sql) as never,
  })
  const found: string[] = []
  for (const { tab, col } of columns) {
    const query = sql`select 1 from ${sql.table(tab)} where ${sql.ref(col)} like ${`${prefix}%`} limit 1`
    const row = await database.first({ compile: () => query.compile(database.sql) as never })
    if (row !== undefined) found.push(`${tab}.${col}`)
  }
  return found.toSorted()
}

const ENCRYPTED = [
  'introspector_secret.value',
  'signing_key.private_key',
  'totp_credential.secret',
  'totp_pending.secret',
  'webhook_header.value',
]

forEachDatabase('another secret key', (open) => {
  test('takes over every encrypted column of the database, so that the old one is not needed any more', async () => {
    const database = await open()
    const [old, both, alone] = [cipherOf(1), cipherOf(2, 1), cipherOf(2)]
    await fill(database, old)
    await assertReadable(database, both)
    assert.deepEqual(await columnsWith(database, old.prefix), ENCRYPTED)

    const changed = (await reEncrypt(database, both)).map(({ name, ...counts }) => [name, counts])
    assert.deepEqual(Object.fromEntries(changed), {
      'totp_credential.secret': { changed: 1, unreadable: 0 },
      'totp_pending.secret': { changed: 1, unreadable: 0 },
      'signing_key.private_key': { changed: 1, unreadable: 0 },
      'webhook_header.value': { changed: 450, unreadable: 0 },
      'introspector_secret.value': { changed: 1, unreadable: 0 },
    })
    assert.deepEqual(await columnsWith(database, old.prefix), [])
    assert.deepEqual(await columnsWith(database, alone.prefix), ENCRYPTED)
    await assertReadable(database, alone)
  })

  test('done or broken off, goes on with what is left', async () => {
    const database = await open()
    await fill(database, cipherOf(1))
    const both = cipherOf(2, 1)
    let seals = 0
    const breaking: ColumnCipher = {
      ...both,
      seal: (...given) => {
        seals += 1
        if (seals === 300) throw new Error('killed')
        return both.seal(...given)
      },
    }
    await assert.rejects(reEncrypt(database, breaking), /killed/)
    await assertReadable(database, both)
    const sum = async () => (await reEncrypt(database, both)).reduce((all, { changed }) => all + changed, 0)
    const rest = await sum()
    assert.ok(rest > 0 && rest < 454, `${rest}`)
    assert.equal(await sum(), 0)
    await assertReadable(database, cipherOf(2))
  })

  test('leaves what no key opens, says how much that is, and does all the rest', async () => {
    const database = await open()
    await fill(database, cipherOf(1))
    const { headers } = storesOver(database, cipherOf(9))
    const lost = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`lost-${n}`, 'x']))
    await commit(database.transact, headers.replaceSteps('another', lost))
    for (const changed of [450, 0]) {
      const done = await reEncrypt(database, cipherOf(2, 1))
      const column = done.find(({ name }) => name === 'webhook_header.value')
      assert.deepEqual(column, { name: 'webhook_header.value', changed, unreadable: 250 })
    }
    await assertReadable(database, cipherOf(2))
    assert.deepEqual(await storesOver(database, cipherOf(9)).headers.find('another'), lost)
  })

  test('does not undo what a server writes at the same time', async () => {
    const database = await open()
    await fill(database, cipherOf(1))
    const both = cipherOf(2, 1)
    let isWritten = false
    const { totp } = storesOver(database, both)
    const racing: Database = {
      ...database,
      all: async (query) => {
        const rows = await database.all(query)
        if (!isWritten && query.compile().sql.includes('totp_credential')) {
          isWritten = true
          await commit(database.transact, [totp.forget('ann', NOW)])
        }
        return rows
      },
    }
    const [first] = await reEncrypt(racing, both)
    assert.deepEqual(first, { name: 'totp_credential.secret', changed: 0, unreadable: 0 })
    assert.equal(await totp.isEnabled('ann'), false)
  })
})
