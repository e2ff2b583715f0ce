// The plan oidcc-config-certification-test-plan, as its one module checks it; OpenID Connect Discovery §3, §4.3.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const ISSUER = 'https://id.example.org'

/** Discovery §3, and the grants of RFC 6749, RFC 8693. */
const KNOWN_GRANTS = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'password',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]

const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

describe('OpenID Connect certification, Config OP', () => {
  let app: StoredApp
  let metadata: Readonly<Record<string, unknown>>
  before(async () => {
    app = await startStoredApp({ url: ISSUER })
    for (const algorithm of ['ES256', 'EdDSA'])
      await app.addClient(algorithm, { id_token_signed_response_alg: algorithm })
  })
  const list = (name: string): readonly string[] => {
    const value: unknown = metadata[name]
    assert(Array.isArray(value) && value.length > 0, name)
    for (const item of value) assert.equal(typeof item, 'string', name)
    assert.equal(new Set(value).size, value.length, name)
    return value
  }

  test('oidcc-discovery-endpoint-verification: 200, JSON, the issuer it was fetched from, and every member well-formed', async () => {
    const response = await app.fetch(new Request(`${ISSUER}/.well-known/openid-configuration`))
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
    metadata = (await response.json()) as typeof metadata
    assert.equal(metadata.issuer, ISSUER)
    assert(list('response_types_supported').includes('code'))
    assert.deepEqual(list('subject_types_supported'), ['public'])
    assert(list('id_token_signing_alg_values_supported').includes('RS256'))
    assert.equal(list('id_token_signing_alg_values_supported').includes('none'), false)
    for (const [name, value] of Object.entries(metadata))
      if (name.endsWith('_endpoint') || name.endsWith('_uri'))
        assert.match(String(value), /^https:\/\/id\.example\.org\/[^#?]+$/, name)
    assert(list('scopes_supported').includes('openid'))
    for (const scope of list('scopes_supported')) assert.match(scope, /^[!#-[\]-~]+$/)
    for (const grant of list('grant_types_supported')) assert(KNOWN_GRANTS.includes(grant), grant)
    for (const locale of (metadata.ui_locales_supported ?? []) as string[])
      assert.deepEqual(Intl.getCanonicalLocales(locale), [locale])
    assert.deepEqual(list('code_challenge_methods_supported'), ['S256'])
    for (const [name, value] of Object.entries(metadata)) {
      if (name.endsWith('_supported') && typeof value !== 'boolean') list(name)
      assert.notEqual(value, null, name)
    }
    // NOTE: a client that is not told otherwise takes these for true (Discovery §3, RFC 8414 §2).
    assert.equal(metadata.request_uri_parameter_supported, false)
  })

  test('oidcc-discovery-endpoint-verification: every key has a kid of its own and no private part', async () => {
    const response = await app.fetch(new Request(`${ISSUER}/.well-known/jwks.json`))
    const { keys } = (await response.json()) as { keys: Readonly<Record<string, unknown>>[] }
    const kids = keys.map(({ kid }) => kid)
    assert.equal(new Set(kids).size, kids.length)
    for (const key of keys) {
      assert.match(String(key.kid), /^[\w-]{43}$/)
      assert.equal(key.use, 'sig')
      assert.deepEqual(
        PRIVATE_PARTS.filter((name) => name in key),
        [],
      )
    }
  })
})
