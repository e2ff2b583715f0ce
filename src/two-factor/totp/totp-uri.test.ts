import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOTP, URI } from 'otpauth'
import { totpUri } from './totp-uri.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const uri = (issuer: string, account: string): string =>
  totpUri({ issuer, account, secret: SECRET, algorithm: 'SHA1' })

test('the URI is the documented one', () => {
  assert.equal(uri('my-app', 'my-user'), `otpauth://totp/my-app:my-user?secret=${SECRET}&issuer=my-app`)
})

test('blanks and signs are percent-encoded in both places', () => {
  assert.equal(
    uri('my app', 'a+b@example.org'),
    `otpauth://totp/my%20app:a%2Bb@example.org?secret=${SECRET}&issuer=my%20app`,
  )
  assert.equal(
    uri("it's (me)*!", 'x'),
    `otpauth://totp/it%27s%20%28me%29%2A%21:x?secret=${SECRET}&issuer=it%27s%20%28me%29%2A%21`,
  )
})

test('another algorithm than the default is named', () => {
  assert.match(
    totpUri({ issuer: 'i', account: 'a', secret: SECRET, algorithm: 'SHA256' }),
    /&algorithm=SHA256$/,
  )
})

const HOSTILE: readonly (readonly [string, string, string, string])[] = [
  ['Ä & Ö', 'jürgen', 'Ä & Ö', 'jürgen'],
  ['a:b', 'c:d', 'a b', 'c d'],
  ['"><svg onload=alert(1)>', '/?#&=+%', '"><svg onload=alert(1)>', '/?#&=+%'],
  ['line\r\nbreak\0', 'tab\tbed', 'line break', 'tab bed'],
  ['', '', 'Countersign', 'user'],
  ['::', ' ', 'Countersign', 'user'],
  ['x'.repeat(200), 'y'.repeat(200), 'x'.repeat(64), 'y'.repeat(64)],
  ['😀'.repeat(65), 'z', '😀'.repeat(64), 'z'],
]
for (const [issuer, account, readIssuer, readAccount] of HOSTILE) {
  test(`an authenticator reads back issuer ${JSON.stringify(issuer.slice(0, 30))}`, () => {
    const text = uri(issuer, account)
    assert.match(text, /^[!-~]+$/)
    const parsed = URI.parse(text)
    assert.ok(parsed instanceof TOTP)
    assert.deepEqual([parsed.issuer, parsed.label, parsed.secret.base32], [readIssuer, readAccount, SECRET])
  })
}

test('half a surrogate pair does not throw', () => {
  assert.match(uri('\ud83d', 'a'), /issuer=%EF%BF%BD$/)
})
