import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JWK } from 'jose'
import { calculateJwkThumbprint, createLocalJWKSet, importPKCS8, jwtVerify, SignJWT } from 'jose'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { SIGNING_ALGORITHMS } from '../../src/oauth/keys/signing-algorithm.ts'
import { createJwtSigner, generateSigningKey } from '../../src/oauth/keys/signing-key.node.ts'
import { createSigningKeyStore } from '../../src/oauth/keys/signing-key.sql.ts'
import { createSigningKeys } from '../../src/oauth/keys/signing-keys.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const cipher = createColumnCipher({ keys: [new Uint8Array(32).fill(3)], random: systemRandom })

forEachDatabase('the signing key', (open) => {
  test('is one, also when processes start at once, and stays over a restart', async () => {
    const database = await open()
    const start = () =>
      createSigningKeys({
        store: createSigningKeyStore(database, cipher),
        generate: generateSigningKey,
        createSigner: createJwtSigner,
        clock: createFakeClock(),
        defaultAlgorithm: 'RS256',
      })
    const processes = [start(), start(), start()]
    await Promise.all(processes.map((keys) => keys.prepare()))
    const sets = new Set(await Promise.all([...processes, start()].map((keys) => keys.jwks())))
    assert.equal(sets.size, 1)
    const [jwks = ''] = sets
    const token = await processes[2]?.signJwt({ sub: 'x' })
    const { payload } = await jwtVerify(token ?? '', createLocalJWKSet(JSON.parse(jwks)))
    assert.deepEqual(payload, { sub: 'x' })
  })

  test('of another algorithm is made when it is first needed, and published from then on', async () => {
    const database = await open()
    const keys = createSigningKeys({
      store: createSigningKeyStore(database, cipher),
      generate: generateSigningKey,
      createSigner: createJwtSigner,
      clock: createFakeClock(),
      defaultAlgorithm: 'RS256',
    })
    await keys.prepare()
    assert.equal(JSON.parse(await keys.jwks()).keys.length, 1)
    const token = await keys.signJwt({ sub: 'x' }, { algorithm: 'ES256' })
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(JSON.parse(await keys.jwks())))
    assert.equal(protectedHeader.alg, 'ES256')
  })

  test('is encrypted where it is stored', async () => {
    const database = await open()
    const key = await generateSigningKey('RS256')
    await createSigningKeyStore(database, cipher).add(key, new Date(0))
    const row = await database.first<{ private_key: string }>(
      database.sql.selectFrom('signing_key').selectAll(),
    )
    assert.match(row?.private_key ?? '', /^v1\./)
    assert.doesNotMatch(JSON.stringify(row), /PRIVATE KEY/)
    assert.deepEqual(await createSigningKeyStore(database, cipher).findActive('RS256'), key)
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
