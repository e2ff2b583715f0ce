// Every address that the server calls by itself is held to the same rule when it is written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { jsonOf, startRest } from '../support/rest.ts'

const SECRET = 'a shared secret of at least 32 bytes, kept by two'
const CALLED: Readonly<Record<string, (url: string) => JsonObject>> = {
  'Client.jwks_uri': (url) => ({ jwks_uri: url }),
  'Client.backchannel_logout_uri': (url) => ({ backchannel_logout_uri: url }),
  'TokenIntrospector.jwks_uri': (url) => ({
    type: 'jwt',
    jwt: { iss: 'https://issuer.test' },
    jwks_uri: url,
  }),
  'TokenIntrospector.introspection_endpoint.url': (url) => ({
    type: 'opaque',
    introspection_endpoint: { url, authorization: SECRET },
  }),
  'AuthConfig.twoFactor.webhook.endpoint': (url) => ({ twoFactor: { webhook: { endpoint: url } } }),
}

test('an address that is called may be neither link-local, nor hold credentials, nor be no URL', async () => {
  const { send } = await startRest()
  for (const [path, document] of Object.entries(CALLED)) {
    const [type = ''] = path.split('.')
    const put = (url: string) =>
      send('PUT', `/${type}/${path.toLowerCase().replaceAll('_', '-')}`, document(url))
    for (const url of [
      'http://169.254.169.254/latest',
      'http://[fe80::1]/',
      'https://u:p@example.org/',
      'file:///etc',
    ]) {
      const refused = await put(url)
      assert.equal(refused.status, 422, `${path} ${url}`)
      const outcome = await jsonOf(refused)
      assert.deepEqual(outcome.issue[0].expression, [path])
      assert.doesNotMatch(JSON.stringify(outcome), /u:p@/)
    }
    assert.equal((await put('https://example.org/path')).status, 201, path)
  }
})
