// oauth4webapi, unmodified: each of its processing functions refuses what its RFC does not allow.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { publicClient } from '../support/relying-party.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, startTlsSite } from '../support/tls-site.ts'

describe('oauth4webapi', () => {
  let site: TlsSite
  let server: oauth.AuthorizationServer
  before(async () => {
    site = await startTlsSite()
    await site.addClient('spa', publicClient())
    const issuer = new URL(site.url)
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
  })

  test('reads the metadata of RFC 8414 as that of OpenID Connect Discovery', async () => {
    const issuer = new URL(site.url)
    const same = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' }),
    )
    assert.deepEqual(same, server)
  })

  test('signs in as a public client with PKCE and checks iss', async () => {
    await site.addUser('ada')
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
    const callback = new URL((await site.signIn(site.person(), url.href, 'ada')).location ?? '')
    const parameters = oauth.validateAuthResponse(server, spa, callback, 'st')
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      spa,
      oauth.None(),
      parameters,
      CALLBACK,
      verifier,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, spa, response)
    assert.equal(tokens.token_type, 'bearer')
    const user = await oauth.processUserInfoResponse(
      server,
      spa,
      'ada',
      await oauth.userInfoRequest(server, spa, tokens.access_token),
    )
    assert.equal(user.sub, 'ada')
  })
})
