import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchRedirectUri, redirectUriFault } from './redirect-uri.ts'

const REGISTERED = 'https://app.example.org/callback'

/** RFC 9700 §4.1.3: everything that some parser somewhere takes for the registered one. */
const LOOKALIKES = [
  'https://app.example.org.evil.test/callback',
  'https://evilapp.example.org/callback',
  'https://a.app.example.org/callback',
  'https://app.example.org@evil.test/callback',
  'https://evil.test\\@app.example.org/callback',
  'https://app.example.org/callback/more',
  'https://app.example.org/callback/../other',
  'https://app.example.org/callback/%2e%2e/other',
  'https://app.example.org/callback?x=1',
  'https://app.example.org/callback#fragment',
  'http://app.example.org/callback',
  'https://app.example.org:443/callback',
  'https://app.example.org:8443/callback',
  'https://APP.example.org/callback',
  'https://app.example.org/Callback',
  'https://app.example.org/%63allback',
  ' https://app.example.org/callback',
  'https://app.example.org/callback ',
  'https://app.example.org/call\tback',
  'https://app.example.org/callback\n',
  'https://app.example.org/callback\r\nSet-Cookie: a=b',
  'https://app.example.org/callback/',
  'https://app.example.org\u3002evil.test/callback',
  'https://app.example.org',
  '//app.example.org/callback',
  '/callback',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://*.example.org/callback',
]

describe('a redirect URI', () => {
  test('is compared character by character and never normalised', () => {
    assert.deepEqual(matchRedirectUri(REGISTERED, REGISTERED), { kind: 'match', uri: REGISTERED })
    for (const given of LOOKALIKES)
      assert.deepEqual(matchRedirectUri(REGISTERED, given), { kind: 'different' }, JSON.stringify(given))
  })

  test('may be left out, and then means the registered one, byte for byte', () => {
    assert.deepEqual(matchRedirectUri('http://localhost:3001', undefined), {
      kind: 'match',
      uri: 'http://localhost:3001',
    })
    assert.deepEqual(matchRedirectUri(undefined, REGISTERED), { kind: 'none-registered' })
  })

  test('cannot be something that a browser runs, or that parsers disagree on', () => {
    for (const uri of [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'blob:https://x.test/1',
      'file:///etc/passwd',
      'https://app.example.org/#x',
      'https://app.example.org/*',
      'https://app.example.org\\x',
      'https://user@app.example.org/',
      'https://app.example.org/a b',
      'https://app.example.org/\n',
      'https://äpp.example.org/',
      'callback',
      '',
    ]) {
      assert.notEqual(redirectUriFault(uri), undefined, uri)
      assert.deepEqual(matchRedirectUri(uri, uri), { kind: 'unusable' })
    }
    for (const uri of ['http://localhost:3001', 'http://[::1]:80/x?a=b', 'com.example.app:/back', REGISTERED])
      assert.equal(redirectUriFault(uri), undefined, uri)
  })
})
