import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, exportSPKI, generateKeyPair, importSPKI, jwtVerify, SignJWT } from 'jose'
import type { JsonObject } from '../../../api/server.ts'
import { decodeJwt, forgeJwt, newIssuerKeys, publicPem, signJwt, verifyJwt } from './jwt.ts'

const signed = async (alg: string) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const token = await new SignJWT({ sub: 'änn' }).setProtectedHeader({ alg, kid: 'k1' }).sign(privateKey)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' } as JsonObject
  return { token, keySet: { keys: [jwk] } }
}

test('a token is told apart into header and claims', async () => {
  const { token } = await signed('ES256')
  assert.deepEqual(decodeJwt(token), { header: { alg: 'ES256', kid: 'k1' }, claims: { sub: 'änn' } })
  for (const text of ['', 'opaque', 'a.b.c', 'e30.e30', 'bnVsbA.e30.x', '!.!.!'])
    assert.equal(decodeJwt(text), undefined, text)
})

test('the signature of each algorithm of the server is verified', async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const { token, keySet } = await signed(alg)
    assert.deepEqual(await verifyJwt(token, keySet), { kind: 'right', keyId: 'k1' }, alg)
    const forged = await verifyJwt(forgeJwt(token, { sub: 'admin' }), keySet)
    assert.deepEqual(forged, { kind: 'wrong', why: 'The key k1 did not sign it.' })
  }
})

test('why a signature cannot be right is said', async () => {
  const { token, keySet } = await signed('ES256')
  const why = async (text: string, keys: JsonObject) => {
    const verdict = await verifyJwt(text, keys)
    return verdict.kind === 'wrong' ? verdict.why : 'right'
  }
  assert.equal(await why('opaque', keySet), 'It is not a JWT.')
  assert.equal(await why(token, { keys: [] }), 'The key set has no key k1.')
  assert.equal(await why(token, {}), 'The key set has no key k1.')
  assert.equal(await why((await signed('ES384')).token, keySet), 'This page cannot check ES384.')
})

test('what the page signs as an issuer, others verify by its public key', async () => {
  const keys = await newIssuerKeys()
  const token = await signJwt(keys, { sub: 'ann', iss: 'https://issuer.test' })
  const { payload } = await jwtVerify(token, await importSPKI(await publicPem(keys), 'ES256'))
  assert.deepEqual(payload, { sub: 'ann', iss: 'https://issuer.test' })
  assert.equal((await publicPem(keys)).trim(), (await exportSPKI(keys.publicKey)).trim())
})
