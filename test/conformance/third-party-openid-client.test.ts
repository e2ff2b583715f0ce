// openid-client, unmodified and with all its checks, against the server behind TLS. Its author also wrote oidc-provider.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as client from 'openid-client'
import { confidential } from '../support/relying-party.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('openid-client', () => {
  let site: TlsSite
  before(async () => {
    site = await startTlsSite()
    await site.addClient('web', confidential({ access_token_expiration: 360 }))
  })
  const discover = (id: string, authentication = client.ClientSecretBasic(CLIENT_SECRET)) =>
    client.discovery(new URL(site.url), id, CLIENT_SECRET, authentication)

  test('signs a user with a second factor in, reads the user and refreshes', async () => {
    await site.addUser('ada')
    const config = await discover('web')
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    })
    const callback = new URL((await site.signIn(site.person(), url.href, 'ada')).location ?? '')
    const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState })
    assert.equal(tokens.expires_in, 360)
    assert.equal(tokens.scope, 'profile')
    const user = await client.fetchUserInfo(config, tokens.access_token, 'ada')
    assert.equal(user.sub, 'ada')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.notEqual(refreshed.access_token, tokens.access_token)
    await assert.rejects(
      client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState }),
      (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_grant',
    )
  })
})
