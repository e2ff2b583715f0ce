import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, importPKCS8, jwtVerify, SignJWT } from 'jose'
import { createColumnCipher } from '../../src/db/encrypted-column.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { createJwtSigner, generateSigningKey } from '../../src/oauth/keys/rsa-key.node.ts'
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

  test('is encrypted where it is stored', async () => {
    const database = await open()
    const key = await generateSigningKey()
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
  const key = await generateSigningKey()
  const claims = { iss: 'https://id.example.org', sub: 'ü"', iat: 1, exp: 361, aud: ['a', 'b'] }
  const theirs = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
    .sign(await importPKCS8(key.privateKey, 'RS256'))
  assert.equal(createJwtSigner(key)(claims), theirs)
})
