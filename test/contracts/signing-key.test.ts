import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JWK } from 'jose'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  importPKCS8,
  jwtVerify,
  SignJWT,
} from 'jose'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { SIGNING_ALGORITHMS } from '../../src/oauth/keys/signing-algorithm.ts'
import { createJwtSigner, generateSigningKey } from '../../src/oauth/keys/signing-key.node.ts'
import { createSigningKeyStore } from '../../src/oauth/keys/signing-key.sql.ts'
import type { SigningKeys, SigningKeysDeps } from '../../src/oauth/keys/signing-keys.ts'
import { createSigningKeys } from '../../src/oauth/keys/signing-keys.ts'
import { auditLogOver } from '../support/audit-log.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const cipher = createColumnCipher({ keys: [new Uint8Array(32).fill(3)], random: systemRandom })

const DAY = 24 * 3600_000

forEachDatabase('signing keys', (open) => {
  const setUp = async (more: Partial<SigningKeysDeps> = {}) => {
    const database = await open()
    const clock = createFakeClock()
    const generated = { count: 0 }
    /** Another process on the same database. */
    const start = (other: Partial<SigningKeysDeps> = {}) =>
      createSigningKeys({
        store: createSigningKeyStore(database, cipher),
        // NOTE: every algorithm rotates alike, and making an RSA key takes a second.
        generate: async (algorithm) => {
          generated.count += 1
          return generateSigningKey(algorithm)
        },
        createSigner: createJwtSigner,
        clock,
        auditLog: auditLogOver(database, clock),
        defaultAlgorithm: 'ES256',
        ownKeys: [],
        rotateAfterDays: 90,
        latestTokenExpiry: async () => undefined,
        ...more,
        ...other,
      })
    return { clock, database, generated, start }
  }
  const kidsOf = async (keys: SigningKeys): Promise<readonly string[]> =>
    (JSON.parse(await keys.jwks()) as { keys: readonly { kid: string }[] }).keys.map(({ kid }) => kid)
  const signedBy = async (keys: SigningKeys) =>
    decodeProtectedHeader(await keys.signJwt({ sub: 'x' })).kid ?? ''

  test('are made once, also when processes start at once, and stay over a restart', async () => {
    const { start } = await setUp({ defaultAlgorithm: 'RS256' })
    const processes = [start(), start(), start()]
    await Promise.all(processes.map((keys) => keys.prepare()))
    const sets = new Set(await Promise.all([...processes, start()].map((keys) => keys.jwks())))
    assert.equal(sets.size, 1)
    const [jwks = ''] = sets
    const token = await processes[2]?.signJwt({ sub: 'x' })
    const { payload } = await jwtVerify(token ?? '', createLocalJWKSet(JSON.parse(jwks)))
    assert.deepEqual(payload, { sub: 'x' })
  })

  test('of another algorithm are made when they are first needed, and published from then on', async () => {
    const { start } = await setUp()
    const keys = start()
    await keys.prepare()
    assert.equal((await kidsOf(keys)).length, 1)
    const token = await keys.signJwt({ sub: 'x' }, { algorithm: 'EdDSA' })
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(JSON.parse(await keys.jwks())))
    assert.equal(protectedHeader.alg, 'EdDSA')
  })

  test('are encrypted where they are stored', async () => {
    const { database } = await setUp()
    const key = await generateSigningKey('ES256')
    await createSigningKeyStore(database, cipher).addFirst(key, new Date(0))
    const row = await database.first<{ private_key: string }>(
      database.sql.selectFrom('signing_key').selectAll(),
    )
    assert.match(row?.private_key ?? '', /^v1\./)
    assert.doesNotMatch(JSON.stringify(row), /PRIVATE KEY/)
    const [stored] = await createSigningKeyStore(database, cipher).findAll()
    assert.equal(stored?.privateKey, key.privateKey)
  })

  test('change by schedule: the new one is published ten minutes before all processes sign with it at once', async () => {
    const { clock, database, start } = await setUp()
    const [one, other] = [start(), start()]
    const old = await signedBy(one)
    assert.equal(await signedBy(other), old)
    clock.advance(90 * DAY - 1)
    await one.maintain()
    assert.equal((await kidsOf(one)).length, 1)
    clock.advance(1)
    await Promise.all([one.maintain(), other.maintain()])
    clock.advance(5000)
    const [next = ''] = (await kidsOf(other)).filter((kid) => kid !== old)
    assert.equal((await kidsOf(one)).length, 2)
    assert.equal(await signedBy(one), old, 'published, but nobody may know it yet')
    clock.advance(10 * 60_000)
    assert.deepEqual([await signedBy(one), await signedBy(other)], [next, next])
    await Promise.all([one.maintain(), other.maintain()])
    assert.deepEqual([await signedBy(one), await signedBy(other)], [next, next])
    const rows = await database.all(
      database.sql.selectFrom('signing_key').select(['kid', 'private_key', 'is_active']),
    )
    assert.equal(rows.find((row) => row.kid === old)?.private_key, '', 'nobody can sign with it any more')
    assert.equal(rows.filter((row) => row.is_active === 1).length, 1)
  })

  test('verify what they signed until nothing of it is valid, and are gone then', async () => {
    const { clock, start } = await setUp({ latestTokenExpiry: async () => new Date(Date.UTC(2100, 0)) })
    const keys = start()
    const token = await keys.signJwt({ sub: 'x' })
    const [old = ''] = await kidsOf(keys)
    await keys.rotate('now')
    assert.notEqual(await signedBy(keys), old)
    assert.deepEqual(await keys.verifyOwnJwt(token), { sub: 'x' })
    clock.advance(Date.UTC(2100, 0) - clock.now().getTime() - 1)
    assert.ok((await kidsOf(keys)).includes(old))
    clock.advance(5001)
    assert.equal((await kidsOf(keys)).includes(old), false)
    assert.equal(await keys.verifyOwnJwt(token), undefined)
    await keys.maintain()
  })

  test('are never changed by a schedule of 0 days', async () => {
    const { clock, generated, start } = await setUp({ rotateAfterDays: 0 })
    const keys = start()
    await keys.prepare()
    clock.advance(10_000 * DAY)
    await keys.maintain()
    assert.equal(generated.count, 1)
  })

  test('that the operator brings sign, are published and are not rotated; what the server signed before verifies', async () => {
    const { clock, generated, start } = await setUp()
    const before = await start().signJwt({ sub: 'x' })
    const ownKeys = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')]
    const keys = start({ ownKeys })
    assert.equal(await signedBy(keys), ownKeys[0]?.kid)
    assert.equal((await kidsOf(keys)).length, 3)
    assert.deepEqual(await keys.verifyOwnJwt(before), { sub: 'x' })
    const made = generated.count
    clock.advance(91 * DAY)
    await keys.maintain()
    assert.equal(generated.count, made)
  })

  test('the first of an algorithm is made once, however many requests need it at the same time', async () => {
    const { generated, start } = await setUp()
    const keys = start()
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => keys.signJwt({ sub: 'x' }, { algorithm: 'EdDSA' })),
    )
    assert.equal(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size, 1)
    assert.equal(generated.count, 1)
  })
})

test('a JWT of ours is the one that jose makes', async () => {
  const claims = { iss: 'https://id.example.org', sub: 'ü"', iat: 1, exp: 361, aud: ['a', 'b'] }
  // NOTE: ECDSA signs the same text differently each time, so that one is verified instead.
  for (const algorithm of ['RS256', 'EdDSA'] as const) {
    const key = await generateSigningKey(algorithm)
    const theirs = await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: key.kid })
      .sign(await importPKCS8(key.privateKey, algorithm))
    assert.equal(createJwtSigner(key)(claims, 'JWT'), theirs)
  }
})

test('a JWT of every algorithm is verified by jose, with the key and the type its header names', async () => {
  const claims = { sub: 'ann' }
  for (const algorithm of SIGNING_ALGORITHMS) {
    const key = await generateSigningKey(algorithm)
    const { payload, protectedHeader } = await jwtVerify(
      createJwtSigner(key)(claims, 'at+jwt'),
      createLocalJWKSet({ keys: [key.publicJwk as JWK] }),
      { algorithms: [algorithm] },
    )
    assert.deepEqual(payload, claims)
    assert.deepEqual(protectedHeader, { alg: algorithm, typ: 'at+jwt', kid: key.kid })
    assert.equal(await calculateJwkThumbprint(key.publicJwk as JWK), key.kid)
    assert.equal('d' in key.publicJwk, false)
  }
})
