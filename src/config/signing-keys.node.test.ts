import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readOwnKeys } from './signing-keys.node.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const ed = generateKeyPairSync('ed25519').privateKey
const pem = (key: typeof rsa, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string =>
  String(key.export({ format: 'pem', type }))

const algorithmsOf = (text: string) => {
  const read = readOwnKeys(text)
  return read.kind === 'keys' ? read.keys.map(({ algorithm }) => algorithm) : read.message
}

test('keys are read as PKCS#8, PKCS#1 and SEC1, one or more, on one line too', () => {
  assert.deepEqual(algorithmsOf(pem(rsa)), ['RS256'])
  assert.deepEqual(algorithmsOf(pem(rsa, 'pkcs1')), ['RS256'])
  assert.deepEqual(algorithmsOf(pem(ec, 'sec1')), ['ES256'])
  assert.deepEqual(algorithmsOf(pem(ed) + pem(ec) + pem(rsa)), ['EdDSA', 'ES256', 'RS256'])
  assert.deepEqual(algorithmsOf(pem(ec).replaceAll('\n', '\\n')), ['ES256'])
  const read = readOwnKeys(pem(ec, 'sec1'))
  assert.equal(read.kind === 'keys' && read.keys[0]?.privateKey.reveal(), pem(ec))
})

test('a key given twice is one key, and what openssl writes before it is no key', () => {
  assert.deepEqual(algorithmsOf(pem(ec) + pem(ec, 'sec1') + pem(ed) + pem(ed)), ['ES256', 'EdDSA'])
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
  assert.deepEqual(algorithmsOf(parameters + pem(ec, 'sec1')), ['ES256'])
  assert.match(String(algorithmsOf(parameters)), /there is no key in it/)
})

test('a path is read as a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
  const path = join(directory, 'keys.pem')
  writeFileSync(path, `comment\n${pem(ed)}`)
  assert.deepEqual(algorithmsOf(path), ['EdDSA'])
  rmSync(directory, { recursive: true })
  assert.match(String(algorithmsOf(path)), /cannot be read; expected private keys as PEM/)
})

test('what cannot sign is refused, and repeated in no message', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' })
  const body = pem(ec).split('\n')[1] ?? ''
  for (const text of [
    pem(small),
    pem(other),
    String(publicKey),
    pem(ec).replace(body, `AAAA${body.slice(4)}`),
    '-----BEGIN PRIVATE KEY-----',
  ]) {
    const message = String(algorithmsOf(text))
    assert.match(message, /expected private keys as PEM/)
    assert.equal(message.includes(body.slice(4)), false)
  }
  assert.match(String(algorithmsOf(pem(ec) + pem(small))), /key 2 cannot be used/)
})
