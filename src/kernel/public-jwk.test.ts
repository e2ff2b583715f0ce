import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign, importJWK } from 'jose'
import type { JsonObject } from './json.ts'
import { isSignedBy, VERIFIABLE_ALGORITHMS } from './jws.ts'
import { isKeyFor, jwkFault } from './public-jwk.ts'

const pairs = {
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: generateKeyPairSync('ed25519'),
}
type Kind = keyof typeof pairs
const KINDS = Object.keys(pairs) as readonly Kind[]
const publicOf = (kind: Kind): JsonObject => pairs[kind].publicKey.export({ format: 'jwk' }) as JsonObject
const privateOf = (kind: Kind): JsonObject => pairs[kind].privateKey.export({ format: 'jwk' }) as JsonObject
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

for (const kind of KINDS)
  test(`a public ${kind} key is good, its private half is not`, () => {
    assert.equal(jwkFault({ ...publicOf(kind), kid: 'one', use: 'sig', key_ops: ['verify'] }), undefined)
    assert.match(jwkFault(privateOf(kind))?.message ?? '', /public/)
  })

const WRONG: readonly (readonly [title: string, jwk: JsonObject, member: string | undefined])[] = [
  ['nothing', {}, 'kty'],
  ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }, 'k'],
  ['an unknown kind', { kty: 'XYZ' }, 'kty'],
  ['an RSA key of 1024 bits', small as JsonObject, 'n'],
  ['an RSA key padded to look longer', { ...publicOf('RSA'), n: `${'A'.repeat(400)}${small.n}` }, 'n'],
  ['a huge modulus', { ...publicOf('RSA'), n: `_${'A'.repeat(1999)}` }, 'n'],
  ['an endless modulus', { ...publicOf('RSA'), n: `_${'A'.repeat(100_000)}` }, 'n'],
  ['an even exponent', { ...publicOf('RSA'), e: 'Ag' }, 'e'],
  ['an exponent of 1', { ...publicOf('RSA'), e: 'AQ' }, 'e'],
  ['an exponent as long as the modulus', { ...publicOf('RSA'), e: publicOf('RSA').n ?? '' }, 'e'],
  ['a modulus in base64', { ...publicOf('RSA'), n: '+/==' }, 'n'],
  ['a number for a modulus', { ...publicOf('RSA'), n: 65537 }, 'n'],
  ['an unknown curve', { ...publicOf('P-256'), crv: 'secp256k1' }, 'crv'],
  ['a curve named as a property of every object', { ...publicOf('P-256'), crv: 'constructor' }, 'crv'],
  ['a curve of another kind', { ...publicOf('Ed25519'), kty: 'EC' }, 'crv'],
  ['a coordinate of another curve', { ...publicOf('P-256'), x: publicOf('P-384').x ?? '' }, 'x'],
  ['a point beside the curve', { ...publicOf('P-256'), y: publicOf('P-256').x ?? '' }, undefined],
  ['a missing coordinate', { kty: 'EC', crv: 'P-256', x: publicOf('P-256').x ?? '' }, 'y'],
  ['another kind of algorithm', { ...publicOf('RSA'), alg: 'ES256' }, 'alg'],
  ['a symmetric algorithm', { ...publicOf('RSA'), alg: 'HS256' }, 'alg'],
  ['no algorithm by name', { ...publicOf('RSA'), alg: 'none' }, 'alg'],
  ['a key to encrypt with', { ...publicOf('RSA'), use: 'enc' }, 'use'],
  ['operations without verify', { ...publicOf('RSA'), key_ops: ['encrypt'] }, 'key_ops'],
  ['an endless kid', { ...publicOf('RSA'), kid: 'k'.repeat(256) }, 'kid'],
]
for (const [title, jwk, member] of WRONG)
  test(`${title} is refused, and the fault repeats no value`, () => {
    const found = jwkFault(jwk)
    assert.ok(found !== undefined)
    assert.equal(found.member, member)
    assert.ok(found.message.length < 100)
  })

test('a key is for the algorithms of its kind, and where it names one for that alone', () => {
  assert.ok(isKeyFor(publicOf('RSA'), 'PS384') && isKeyFor(publicOf('P-384'), 'ES384'))
  assert.ok(!isKeyFor(publicOf('P-384'), 'ES256') && !isKeyFor(publicOf('RSA'), 'HS256'))
  assert.ok(!isKeyFor({ ...publicOf('RSA'), alg: 'RS256' }, 'PS256'))
})

const CURVE_OF: Readonly<Record<string, Kind>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }
const kindFor = (algorithm: string): Kind =>
  CURVE_OF[algorithm] ?? (algorithm.startsWith('Ed') ? 'Ed25519' : 'RSA')
for (const algorithm of VERIFIABLE_ALGORITHMS)
  test(`what another library signs by ${algorithm} is verified, and by no other algorithm or key`, async () => {
    const kind = kindFor(algorithm)
    const jws = await new CompactSign(Buffer.from('payload'))
      .setProtectedHeader({ alg: algorithm })
      .sign(await importJWK(privateOf(kind), algorithm))
    const [header, payload, encoded = ''] = jws.split('.')
    const input = `${header}.${payload}`
    const signature = Buffer.from(encoded, 'base64url')
    assert.equal(isSignedBy(publicOf(kind), algorithm, input, signature), true)
    assert.equal(isSignedBy(publicOf(kind), algorithm, `${input}x`, signature), false)
    assert.equal(isSignedBy(publicOf(kind), algorithm, input, signature.subarray(1)), false)
    assert.equal(isSignedBy(publicOf(kind), algorithm, input, Buffer.alloc(0)), false)
    for (const other of [...VERIFIABLE_ALGORITHMS, 'none', 'HS256', 'constructor'])
      for (const key of KINDS)
        if ((other !== algorithm && !(kind === 'Ed25519' && kindFor(other) === kind)) || key !== kind)
          assert.equal(isSignedBy(publicOf(key), other, input, signature), false, `${other} ${key}`)
  })
