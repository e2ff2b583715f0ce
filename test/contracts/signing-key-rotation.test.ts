import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import type { Database } from '../../src/db/database.ts'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import type { SigningAlgorithm } from '../../src/oauth/keys/signing-algorithm.ts'
import { createJwtSigner, generateSigningKey } from '../../src/oauth/keys/signing-key.node.ts'
import { createSigningKeyStore } from '../../src/oauth/keys/signing-key.sql.ts'
import type { SigningKeys, SigningKeysDeps } from '../../src/oauth/keys/signing-keys.ts'
import { createSigningKeys } from '../../src/oauth/keys/signing-keys.ts'
import { auditLogOver } from '../support/audit-log.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const DAY = 24 * 3600_000
const KNOWN_AFTER = 5000
const PUBLISHED_BEFORE = 10 * 60_000

const cipherOf = (byte: number) =>
  createColumnCipher({ keys: [new Uint8Array(32).fill(byte)], random: systemRandom })

forEachDatabase('a rotation of signing keys', (open) => {
  const setUp = async () => {
    const database = await open()
    const clock = createFakeClock()
    /** A process on the same database. */
    const start = (more: Partial<SigningKeysDeps> = {}) =>
      createSigningKeys({
        store: createSigningKeyStore(database, cipherOf(3)),
        generate: generateSigningKey,
        createSigner: createJwtSigner,
        clock,
        auditLog: auditLogOver(database, clock),
        defaultAlgorithm: 'ES256',
        ownKeys: [],
        rotateAfterDays: 90,
        latestTokenExpiry: async () => undefined,
        ...more,
      })
    return { clock, database, start }
  }
  const kidsOf = async (keys: SigningKeys): Promise<readonly string[]> =>
    (JSON.parse(await keys.jwks()) as { keys: readonly { kid: string }[] }).keys.map(({ kid }) => kid)
  const signedBy = async (keys: SigningKeys, algorithm: SigningAlgorithm = 'ES256') =>
    decodeProtectedHeader(await keys.signJwt({ sub: 'x' }, { algorithm })).kid ?? ''
  const damage = (database: Database, kid: string) =>
    database.transact([
      database.step(
        database.sql
          .updateTable('signing_key')
          .set({ private_key: cipherOf(3).seal('x', { table: 'other', column: 'other', row: kid }) })
          .where('kid', '=', kid),
      ),
    ])

  test('makes one key, however many ask, and another process knows within seconds', async () => {
    const { clock, start } = await setUp()
    const [server, command] = [start(), start()]
    const old = await signedBy(server)
    const both = await Promise.all([command.rotate('soon'), start().rotate('soon')])
    const made = both.flatMap((rotation) => rotation.made)
    assert.equal(made.length, 1)
    assert.equal(await signedBy(server), old)
    clock.advance(KNOWN_AFTER)
    assert.deepEqual(new Set(await kidsOf(server)), new Set([old, ...made]))
  })

  test('tells of a key that waits already when it signs, and lets it sign at once where that is asked', async () => {
    const { clock, start } = await setUp()
    const [server, command] = [start(), start()]
    await server.prepare()
    const {
      made: [next = ''],
    } = await command.rotate('soon')
    const signsFrom = new Date(clock.now().getTime() + PUBLISHED_BEFORE)
    clock.advance(60_000)
    assert.deepEqual(await command.rotate('soon'), { made: [], waiting: [{ kid: next, signsFrom }], own: [] })
    assert.deepEqual(await command.rotate('now'), {
      made: [],
      waiting: [{ kid: next, signsFrom: clock.now() }],
      own: [],
    })
    clock.advance(KNOWN_AFTER)
    assert.equal(await signedBy(server), next)
  })

  test('makes another key where the one that waited signs by now, though no process has written that down', async () => {
    const { clock, start } = await setUp()
    const command = start()
    const old = await signedBy(command)
    const {
      made: [second = ''],
    } = await command.rotate('soon')
    clock.advance(PUBLISHED_BEFORE)
    const {
      made: [third = ''],
      waiting,
    } = await command.rotate('soon')
    assert.notEqual(third, '')
    assert.deepEqual(waiting, [])
    assert.equal(await signedBy(command), second)
    assert.deepEqual(new Set(await kidsOf(command)), new Set([old, second, third]))
  })

  test('because of a leak leaves no older key: not the one that signs, that waits, or that signed before', async () => {
    const { clock, start } = await setUp()
    const [server, command] = [start(), start()]
    await signedBy(server)
    await signedBy(server, 'EdDSA')
    await command.rotate('now')
    await command.rotate('soon')
    const before = await kidsOf(command)
    assert.equal(before.length, 6)
    const token = await server.signJwt({ sub: 'x' })
    const { made } = await command.rotate('forget')
    assert.equal(made.length, 2)
    clock.advance(KNOWN_AFTER)
    assert.deepEqual(new Set(await kidsOf(server)), new Set(made))
    assert.deepEqual(
      new Set([await signedBy(server), await signedBy(server, 'EdDSA')]),
      new Set(made),
      'they sign at once',
    )
    assert.equal(await server.verifyOwnJwt(token), undefined)
  })

  test('because of a leak wins over all that others do at the same time', async () => {
    const { clock, start } = await setUp()
    const processes = [start(), start(), start()]
    const old = await signedBy(start())
    clock.advance(90 * DAY)
    await processes[0]?.maintain()
    clock.advance(PUBLISHED_BEFORE)
    const leaked = new Set([old, await signedBy(start())])
    await Promise.all([
      ...processes.map((keys) => keys.maintain()),
      ...processes.map((keys) => keys.rotate('forget')),
    ])
    const kids = await kidsOf(start())
    assert.deepEqual(
      kids.filter((kid) => leaked.has(kid)),
      [],
    )
    assert.ok(kids.includes(await signedBy(start())))
  })

  test('leaves algorithms alone that the own keys of the operator sign, and forgets what the server had for them', async () => {
    const { start } = await setUp()
    const made = await signedBy(start())
    const ownKeys = [await generateSigningKey('ES256')]
    const command = start({ ownKeys })
    assert.deepEqual(await command.rotate('now'), { made: [], waiting: [], own: ['ES256'] })
    assert.deepEqual(await kidsOf(command), [ownKeys[0]?.kid, made])
    assert.deepEqual(await command.rotate('forget'), { made: [], waiting: [], own: ['ES256'] })
    assert.deepEqual(await kidsOf(command), [ownKeys[0]?.kid])
  })

  test('makes nothing where the server has made nothing yet', async () => {
    const { start } = await setUp()
    for (const how of ['soon', 'now', 'forget'] as const)
      assert.deepEqual(await start().rotate(how), { made: [], waiting: [], own: [] })
    assert.deepEqual(await kidsOf(start()), [])
  })

  test('by the schedule is recorded once for each thing that was done, however many processes do it', async () => {
    const { clock, database, start } = await setUp()
    const processes = [start(), start(), start()]
    const maintainAll = () => Promise.all(processes.map((keys) => keys.maintain()))
    const recorded = async () =>
      (
        await database.all<{ event: string; detail: string | null }>(
          database.sql.selectFrom('audit_event').select(['event', 'detail']).orderBy('at'),
        )
      ).map(({ event, detail }) => [event, JSON.parse(detail ?? '')])
    const old = await signedBy(start())
    await maintainAll()
    assert.deepEqual(await recorded(), [])
    clock.advance(90 * DAY)
    await maintainAll()
    const next = (await kidsOf(start())).find((kid) => kid !== old)
    const made = ['signing-key-rotate', { by: 'schedule', made: [next], promoted: [] }]
    assert.deepEqual(await recorded(), [made])
    clock.advance(PUBLISHED_BEFORE)
    await maintainAll()
    await maintainAll()
    const promoted = ['signing-key-rotate', { by: 'schedule', made: [], promoted: [next] }]
    assert.deepEqual(await recorded(), [made, promoted])
  })

  test('a clock that goes back does not bring the old key back', async () => {
    const { clock, start } = await setUp()
    const keys = start()
    const old = await signedBy(keys)
    await keys.rotate('soon')
    clock.advance(PUBLISHED_BEFORE)
    await keys.maintain()
    clock.advance(-PUBLISHED_BEFORE)
    await keys.maintain()
    assert.notEqual(await signedBy(keys), old)
    assert.ok((await kidsOf(keys)).includes(old))
  })

  test('a private key that cannot be read takes down nothing else: all keys verify, the others sign', async () => {
    const { clock, database, start } = await setUp()
    const keys = start()
    const token = await keys.signJwt({ sub: 'x' }, { algorithm: 'EdDSA' })
    const bad = await signedBy(keys, 'EdDSA')
    const good = await signedBy(keys)
    await damage(database, bad)
    const later = start()
    await later.prepare()
    assert.deepEqual(new Set(await kidsOf(later)), new Set([bad, good]))
    assert.deepEqual(await later.verifyOwnJwt(token), { sub: 'x' })
    assert.equal(await signedBy(later), good)
    await assert.rejects(signedBy(later, 'EdDSA'), /signing_key.private_key cannot be decrypted/)
    clock.advance(90 * DAY)
    await assert.rejects(later.maintain(), /cannot be decrypted/, 'the log says so')
    clock.advance(PUBLISHED_BEFORE)
    assert.notEqual(await signedBy(later), good, 'the schedule goes on')
    assert.notEqual(await signedBy(later, 'EdDSA'), bad, 'and mends it')
  })

  test('a next key that cannot be read never signs, and the command puts another in its place', async () => {
    const { clock, database, start } = await setUp()
    const keys = start()
    const old = await signedBy(keys)
    const {
      made: [bad = ''],
    } = await keys.rotate('soon')
    await damage(database, bad)
    clock.advance(PUBLISHED_BEFORE)
    await assert.rejects(keys.maintain(), /cannot be decrypted/)
    assert.equal(await signedBy(keys), old)
    const {
      made: [good = ''],
    } = await keys.rotate('now')
    assert.equal(await signedBy(keys), good)
    assert.deepEqual(new Set(await kidsOf(keys)), new Set([old, good]))
    await keys.maintain()
  })

  test('is refused to a process with another secret key: the servers could not use what it makes', async () => {
    const { database, start } = await setUp()
    const server = start()
    const kid = await signedBy(server)
    const stranger = start({ store: createSigningKeyStore(database, cipherOf(4)) })
    for (const how of ['soon', 'now', 'forget'] as const)
      await assert.rejects(stranger.rotate(how), /not among the configured secret keys/)
    await assert.rejects(stranger.prepare(), /not among the configured secret keys/)
    await assert.rejects(stranger.maintain(), /not among the configured secret keys/)
    assert.deepEqual(await kidsOf(start()), [kid])
  })
})
