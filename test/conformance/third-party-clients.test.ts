// Two client libraries that others wrote, over a real socket: what they refuse, applications would refuse too.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { SECRET, signedInBrowser, webapp } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { startTestServer } from '../support/test-app.ts'

/** With a path: openid-client takes redirect_uri from a URL object, which puts a slash behind a bare port. */
const CALLBACK = 'http://localhost:3001/callback'

describe('third-party clients', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp({}, startTestServer)
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({ redirect_uri: CALLBACK, access_token_expiration: 360 }), SECRET)
    await app.addClient('spa', webapp({ redirect_uri: CALLBACK }))
  })
  const callbackOf = async (url: URL): Promise<URL> => {
    const browser = await signedInBrowser(app)
    return new URL((await browser.send(url.href)).location ?? '')
  }

  test('openid-client signs in with a secret, refreshes and reads the user', async () => {
    const config = await client.discovery(
      new URL(app.url),
      'mywebapp',
      SECRET,
      client.ClientSecretBasic(SECRET),
      { execute: [client.allowInsecureRequests] },
    )
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    })
    const callback = await callbackOf(url)
    const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState })
    assert.equal(tokens.expires_in, 360)
    assert.equal(tokens.scope, 'profile')
    const user = await client.fetchUserInfo(config, tokens.access_token, 'my-user')
    assert.equal(user.sub, 'my-user')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.notEqual(refreshed.access_token, tokens.access_token)
    await assert.rejects(
      client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState }),
      (error) => error instanceof client.ResponseBodyError && error.error === 'invalid_grant',
    )
  })

  test('oauth4webapi signs in as a public client with PKCE and checks iss', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true }
    const issuer = new URL(app.url)
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
    )
    const spa = { client_id: 'spa' }
    const verifier = oauth.generateRandomCodeVerifier()
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: 'spa',
      response_type: 'code',
      state: 'st',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      redirect_uri: CALLBACK,
    }).toString()
    const parameters = oauth.validateAuthResponse(server, spa, await callbackOf(url), 'st')
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      spa,
      oauth.None(),
      parameters,
      CALLBACK,
      verifier,
      insecure,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, spa, response)
    assert.equal(tokens.token_type, 'bearer')
    const user = await oauth.processUserInfoResponse(
      server,
      spa,
      'my-user',
      await oauth.userInfoRequest(server, spa, tokens.access_token, insecure),
    )
    assert.equal(user.sub, 'my-user')
  })
})
