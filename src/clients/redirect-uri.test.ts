import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchRedirectUri, redirectUriFault } from './redirect-uri.ts'
import { unsafeTransportFault } from './registered-uri.ts'

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
    assert.deepEqual(matchRedirectUri([REGISTERED], REGISTERED), { kind: 'match', uri: REGISTERED })
    for (const given of LOOKALIKES)
      assert.deepEqual(matchRedirectUri([REGISTERED], given), { kind: 'different' }, JSON.stringify(given))
  })

  test('may be left out, and then means the registered one, byte for byte', () => {
    assert.deepEqual(matchRedirectUri(['http://localhost:3001'], undefined), {
      kind: 'match',
      uri: 'http://localhost:3001',
    })
    assert.deepEqual(matchRedirectUri([], REGISTERED), { kind: 'none-registered' })
  })

  test('must be named where several are registered, and may be any of them', () => {
    const several = [REGISTERED, 'https://app.example.org/other']
    assert.deepEqual(matchRedirectUri(several, undefined), { kind: 'several-registered' })
    for (const uri of several) assert.deepEqual(matchRedirectUri(several, uri), { kind: 'match', uri })
    for (const given of LOOKALIKES)
      assert.deepEqual(matchRedirectUri(several, given), { kind: 'different' }, JSON.stringify(given))
  })

  test('RFC 8252 §7.3: "MUST allow any port to be specified" of a loopback address, and nothing else', () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const registered = [`http://${host}:1000/cb?a=b`]
      for (const authority of [host, `${host}:1`, `${host}:65535`]) {
        const uri = `http://${authority}/cb?a=b`
        assert.deepEqual(matchRedirectUri(registered, uri), { kind: 'match', uri })
      }
      for (const given of [
        `http://${host}:65536/cb?a=b`,
        `http://${host}:0/cb?a=b`,
        `http://${host}:/cb?a=b`,
        `http://${host}:1000/cb`,
        `http://${host}:1000/cb?a=b&c`,
        `http://${host}:1000@evil.test/cb?a=b`,
        `http://${host}.evil.test:1000/cb?a=b`,
        `https://${host}:2000/cb?a=b`,
        'http://localhost:1000/cb?a=b',
        'http://127.0.0.2:1000/cb?a=b',
        `http://${host === '[::1]' ? '127.0.0.1' : '[::1]'}:1000/cb?a=b`,
      ])
        assert.deepEqual(matchRedirectUri(registered, given), { kind: 'different' }, given)
    }
    assert.deepEqual(matchRedirectUri(['http://localhost:3001'], 'http://localhost:3002'), {
      kind: 'different',
    })
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
      'https:app.example.org',
      'https:/app.example.org',
      'https:///app.example.org',
      'callback',
      '',
    ]) {
      assert.notEqual(redirectUriFault(uri), undefined, uri)
      assert.deepEqual(matchRedirectUri([uri], uri), { kind: 'unusable' })
    }
    for (const uri of ['http://localhost:3001', 'http://[::1]:80/x?a=b', 'com.example.app:/back', REGISTERED])
      assert.equal(redirectUriFault(uri), undefined, uri)
  })
})

test('plain http may be registered for this machine and private networks alone', () => {
  for (const host of ['localhost:3001', '127.0.0.1', '[::1]', 'app', 'app.test', '10.1.2.3', '172.31.0.1'])
    assert.equal(unsafeTransportFault(`http://${host}/`), undefined, host)
  for (const host of [
    'app.example.org',
    'app.contest',
    'app.mylocalhost',
    '172.15.0.1',
    '172.32.0.1',
    '11.1.2.3',
  ])
    assert.match(unsafeTransportFault(`http://${host}/`) ?? '', /must use https/, host)
})
