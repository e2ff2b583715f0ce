import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedOriginFault, allowedOriginsOf, originOf, originsThatAllow } from './allowed-origin.ts'

const ORIGINS: readonly (readonly [given: string, meant: string])[] = [
  ['https://app.example.org', 'https://app.example.org'],
  ['https://APP.example.org:443/path?query#hash', 'https://app.example.org'],
  ['https://app.example.org:8443/', 'https://app.example.org:8443'],
  ['http://localhost:3001', 'http://localhost:3001'],
  ['http://[::1]:3000/x', 'http://[::1]:3000'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://*.example.org', 'https://*.example.org'],
  ['https://*.Example.org:8443/x', 'https://*.example.org:8443'],
  ['http://*.localhost:3000', 'http://*.localhost:3000'],
]
for (const [given, meant] of ORIGINS)
  test(`${given} means the origin ${meant}`, () => {
    assert.equal(originOf(given), meant)
    assert.equal(allowedOriginFault(given), undefined)
  })

for (const text of [
  '*',
  'https://*',
  'https://*.org',
  'https://*.*.example.org',
  'https://a*.example.org',
  'https://app.*.org',
  'https://*.192.168.0.1',
  'null',
  '',
  'app.example.org',
  '//app.example.org',
  'javascript:alert(1)',
  'file:///x',
  'data:text/html,x',
  'https://user:secret@app.example.org',
  'https://app.example.org\\.evil.test',
  'http://app.example.org',
  'http://*.example.org',
  `https://${'a'.repeat(300)}.example.org`,
])
  test(`${text.slice(0, 40) || 'nothing'} cannot stand in allowed_origins`, () => {
    assert.notEqual(allowedOriginFault(text), undefined)
  })

const allows = (listed: string, origin: string): boolean =>
  originsThatAllow(origin).includes(originOf(listed) ?? 'none')

test('a star stands for names of any depth below the domain, and for nothing beside it', () => {
  for (const origin of ['https://app.example.org', 'https://a.b.example.org'])
    assert.ok(allows('https://*.example.org', origin), origin)
  for (const origin of [
    'https://example.org',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://evilexample.org',
    'https://app.example.org.evil.test',
    'https://*.example.org',
    'https://.example.org',
    'null',
    '',
    'https://app.example.org/',
    'https://APP.example.org',
    'https://app.example.org, https://evil.test',
    `https://${'a.'.repeat(30)}example.org`,
  ])
    assert.ok(!allows('https://*.example.org', origin), origin)
})

test('a client allows what it lists and where its answers go, while it is active', () => {
  const document = {
    allowed_origins: ['https://spa.example.org/x', 'nonsense', 7],
    auth: {
      authorization_code: {
        redirect_uri: 'https://app.example.org/callback',
        redirect_uris: ['com.example.app:/callback', 'http://localhost:3001'],
      },
      implicit: { redirect_uri: 'https://spa.example.org/done' },
    },
  }
  assert.deepEqual(allowedOriginsOf(document), [
    'https://spa.example.org',
    'https://app.example.org',
    'http://localhost:3001',
  ])
  assert.deepEqual(allowedOriginsOf({ ...document, active: false }), [])
  assert.deepEqual(allowedOriginsOf({ allowed_origins: 'x', auth: [] }), [])
})
