// oauth4webapi, unmodified: each of its processing functions refuses what its RFC does not allow.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import type { Person } from '../support/person.ts'
import { confidential, publicClient } from '../support/relying-party.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('oauth4webapi', () => {
  let site: TlsSite
  let server: oauth.AuthorizationServer
  let ada: Person
  before(async () => {
    site = await startTlsSite()
    await Promise.all([
      site.addUser('ada', { email: 'ada@example.org' }),
      site.addClient('spa', publicClient()),
      site.addClient('web', confidential({ token_format: 'jwt' })),
    ])
    ada = site.person()
    const issuer = new URL(site.url)
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
  })

  /** The code flow up to the answer of the token endpoint. */
  const redeem = async (
    client: oauth.Client,
    authentication: oauth.ClientAuth,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: client.client_id,
      response_type: 'code',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      redirect_uri: CALLBACK,
      ...parameters,
    }).toString()
    const callback = new URL((await site.signIn(ada, url.href, 'ada')).location ?? '')
    const answer = oauth.validateAuthResponse(server, client, callback, state)
    return oauth.authorizationCodeGrantRequest(server, client, authentication, answer, CALLBACK, verifier)
  }

  test('reads the metadata of RFC 8414 as that of OpenID Connect Discovery', async () => {
    const issuer = new URL(site.url)
    const same = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' }),
    )
    assert.deepEqual(same, server)
  })

  test('signs in as a public client with PKCE and checks iss', async () => {
    const client = { client_id: 'spa' }
    const response = await redeem(client, oauth.None())
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response)
    assert.equal(tokens.token_type, 'bearer')
    const user = await oauth.processUserInfoResponse(
      server,
      client,
      'ada',
      await oauth.userInfoRequest(server, client, tokens.access_token),
    )
    assert.equal(user.sub, 'ada')
  })

  test('takes no answer of another issuer, or of none (RFC 9207 §2.4)', async () => {
    const parameters = { client_id: 'web', response_type: 'code', state: 'st' }
    const url = `${server.authorization_endpoint}?${new URLSearchParams(parameters)}`
    const callback = new URL((await site.signIn(ada, url, 'ada')).location ?? '')
    const validate = (at: URL) => oauth.validateAuthResponse(server, { client_id: 'web' }, at, 'st')
    assert.equal(validate(callback).get('iss'), server.issuer)
    const mixedUp = new URL(callback)
    mixedUp.searchParams.set('iss', `${server.issuer}/`)
    assert.throws(() => validate(mixedUp), /iss/)
    mixedUp.searchParams.delete('iss')
    assert.throws(() => validate(mixedUp), /iss/)
  })

  for (const [name, authentication] of [
    ['client_secret_basic', oauth.ClientSecretBasic(CLIENT_SECRET)],
    ['client_secret_post', oauth.ClientSecretPost(CLIENT_SECRET)],
  ] as const)
    test(`signs in by ${name} and checks the ID token, its signature, nonce and age`, async () => {
      const client = { client_id: 'web', require_auth_time: true }
      const expectedNonce = oauth.generateRandomNonce()
      const response = await redeem(client, authentication, { scope: 'openid', nonce: expectedNonce })
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce,
        maxAge: 3600,
        requireIdToken: true,
      })
      await oauth.validateApplicationLevelSignature(server, response)
      const claims = oauth.getValidatedIdTokenClaims(tokens)
      assert.equal(claims?.sub, 'ada')

      const refreshed = await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        tokens.refresh_token ?? '',
      )
      const newer = await oauth.processRefreshTokenResponse(server, client, refreshed)
      await oauth.validateApplicationLevelSignature(server, refreshed)
      assert.equal(oauth.getValidatedIdTokenClaims(newer)?.sub, 'ada')
      await userOf(newer.access_token, client)
    })

  const userOf = async (accessToken: string, client: oauth.Client): Promise<oauth.UserInfoResponse> =>
    oauth.processUserInfoResponse(
      server,
      client,
      'ada',
      await oauth.userInfoRequest(server, client, accessToken),
    )

  for (const alg of ['ES384', 'Ed25519'])
    test(`signs in by private_key_jwt with ${alg}, with the issuer as audience`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg, use: 'sig' }
      const { secret: _, ...document } = confidential()
      await site.addClient(`keyed-${alg}`, { ...document, jwks: [jwk] })
      const client = { client_id: `keyed-${alg}` }
      const authentication = oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' })
      const response = await redeem(client, authentication, { scope: 'openid' })
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response)
      assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.sub, 'ada')
    })

  test('checks an answer to code id_token by c_hash and nonce, and another with a code changed in it', async () => {
    const client = { client_id: 'hybrid' }
    await site.addClient('hybrid', confidential({}, { grant_types: ['code', 'implicit'] }))
    const expectedNonce = oauth.generateRandomNonce()
    const state = oauth.generateRandomState()
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: 'hybrid',
      response_type: 'code id_token',
      redirect_uri: CALLBACK,
      scope: 'openid',
      state,
      nonce: expectedNonce,
    }).toString()
    const callback = new URL((await site.signIn(ada, url.href, 'ada')).location ?? '')
    const validate = (at: URL): Promise<URLSearchParams> =>
      oauth.validateCodeIdTokenResponse(server, client, at, expectedNonce, state)
    const answer = await validate(callback)
    assert.match(answer.get('code') ?? '', /^[\w-]{43}$/)
    const changed = new URL(callback.href.replace(/code=[\w-]{4}/, 'code=AAAA'))
    await assert.rejects(validate(changed), /c_hash/)
  })

  test('introspects and revokes as RFC 7662 and RFC 7009 say', async () => {
    const client = { client_id: 'web' }
    const authentication = oauth.ClientSecretBasic(CLIENT_SECRET)
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await redeem(client, authentication),
    )
    const introspect = async (): Promise<oauth.IntrospectionResponse> =>
      oauth.processIntrospectionResponse(
        server,
        client,
        await oauth.introspectionRequest(server, client, authentication, tokens.access_token),
      )
    assert.equal((await introspect()).active, true)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, tokens.access_token),
    )
    assert.deepEqual(await introspect(), { active: false })
  })

  test('gets a challenge of RFC 6750 with a token that is none', async () => {
    await assert.rejects(userOf('no-token-at-all', { client_id: 'web' }), (error) => {
      assert(error instanceof oauth.WWWAuthenticateChallengeError)
      assert.deepEqual(
        error.cause.map(({ scheme, parameters }) => [scheme, parameters.error]),
        [['bearer', 'invalid_token']],
      )
      return true
    })
  })
})
