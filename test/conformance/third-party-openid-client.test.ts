// openid-client, unmodified and with all its checks, against the server behind TLS. Its author also wrote oidc-provider.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import * as client from 'openid-client'
import type { Person, Visit } from '../support/person.ts'
import { confidential, publicClient } from '../support/relying-party.ts'
import { listenHttp } from '../support/servers.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

const SIGNED_OUT = `${new URL(CALLBACK).origin}/signed-out`
const METADATA: client.ClientMetadata = { client_id: 'web', client_secret: CLIENT_SECRET }

describe('openid-client', () => {
  let site: TlsSite
  let ada: Person
  before(async () => {
    site = await startTlsSite()
    await Promise.all([
      site.addUser('ada', { email: 'ada@example.org' }),
      site.addClient(
        'web',
        confidential({ access_token_expiration: 360 }, { post_logout_redirect_uris: [SIGNED_OUT] }),
      ),
      site.addClient('spa', publicClient({ refresh_token: true })),
    ])
    ada = site.person()
  })
  const discover = async (
    authentication: client.ClientAuth,
    { client_id, ...metadata }: client.ClientMetadata = METADATA,
  ): Promise<client.Configuration> => {
    const config = await client.discovery(new URL(site.url), client_id, metadata, authentication)
    // NOTE: not only the TLS connection is trusted: the signature is checked by the published keys as well.
    client.enableNonRepudiationChecks(config)
    return config
  }

  /** The code flow with everything that an application can ask to be checked. */
  const signIn = async (
    config: client.Configuration,
    parameters: Readonly<Record<string, string>> = {},
    browser = ada,
    userId = 'ada',
  ) => {
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
      idTokenExpected: true,
    }
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...parameters,
    })
    const callback = new URL((await site.signIn(browser, url.href, userId)).location ?? '')
    return {
      callback,
      checks,
      tokens: await client.authorizationCodeGrant(config, callback, checks),
    }
  }

  test('signs in with discovery, PKCE, state and nonce, reads the user and refreshes', async () => {
    const config = await discover(client.ClientSecretBasic(CLIENT_SECRET))
    const { tokens, callback, checks } = await signIn(config)
    assert.equal(tokens.expires_in, 360)
    assert.equal(tokens.scope, 'openid email')
    const claims = tokens.claims()
    assert.equal(claims?.sub, 'ada')
    assert.deepEqual(claims?.amr, ['pwd', 'otp', 'mfa'])
    const user = await client.fetchUserInfo(config, tokens.access_token, 'ada')
    assert.equal(user.email, 'ada@example.org')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.notEqual(refreshed.access_token, tokens.access_token)
    const again = refreshed.claims()
    assert.deepEqual(
      [again?.iss, again?.sub, again?.aud, again?.auth_time],
      [claims?.iss, claims?.sub, claims?.aud, claims?.auth_time],
    )
    await assert.rejects(client.authorizationCodeGrant(config, callback, checks), isError('invalid_grant'))
  })

  for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const)
    test(`checks ID tokens that are signed with ${algorithm}`, async () => {
      const id = `web-${algorithm}`
      await site.addClient(id, confidential({}, { id_token_signed_response_alg: algorithm }))
      const metadata = { ...METADATA, client_id: id, id_token_signed_response_alg: algorithm }
      const { tokens } = await signIn(await discover(client.ClientSecretPost(CLIENT_SECRET), metadata))
      assert.equal(tokens.claims()?.aud, id)
    })

  test('signs in and refreshes without a secret', async () => {
    const config = await discover(client.None(), { client_id: 'spa' })
    const { tokens } = await signIn(config)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.equal(refreshed.claims()?.sub, 'ada')
  })

  for (const [key, alg, generated] of [
    ['inline', 'ES256', 'ES256'],
    ['published', 'RS256', 'RS256'],
    ['published', 'PS256', 'PS256'],
  ] as const)
    test(`shows who it is by private_key_jwt: ${alg}, the key ${key}`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(generated, { extractable: true })
      const jwk = { ...(await exportJWK(publicKey)), kid: `k-${alg}`, alg, use: 'sig' }
      const port = await listenHttp((_request, response) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
      )
      const keys = key === 'inline' ? { jwks: [jwk] } : { jwks_uri: `http://127.0.0.1:${port}/jwks` }
      const id = `keyed-${key}-${alg}`
      const { secret: _, ...document } = confidential()
      await site.addClient(id, { ...document, ...keys })
      const config = await discover(client.PrivateKeyJwt({ key: privateKey, kid: `k-${alg}` }), {
        client_id: id,
      })
      const { tokens } = await signIn(config)
      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
      assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, true)
      await client.tokenRevocation(config, refreshed.access_token)
    })

  test('learns what a token is worth, and ends it', async () => {
    const config = await discover(client.ClientSecretBasic(CLIENT_SECRET))
    const { tokens } = await signIn(config)
    const told = await client.tokenIntrospection(config, tokens.access_token)
    assert.deepEqual([told.active, told.sub, told.client_id], [true, 'ada', 'web'])
    await client.tokenRevocation(config, tokens.refresh_token ?? '', { token_type_hint: 'refresh_token' })
    assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false })
    await assert.rejects(
      client.refreshTokenGrant(config, tokens.refresh_token ?? ''),
      isError('invalid_grant'),
    )
  })

  test('signs the user out and is told so at its own address', async () => {
    const config = await discover(client.ClientSecretBasic(CLIENT_SECRET))
    await site.addUser('bob')
    const browser = site.person()
    const { tokens } = await signIn(config, {}, browser, 'bob')
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: SIGNED_OUT,
      state: 'a/b c',
    })
    const { location } = await browser.visit(`${url.pathname}${url.search}`)
    assert.equal(location, `${SIGNED_OUT}?state=a%2Fb%20c`)
    await assert.rejects(
      signIn(config, { prompt: 'none' }, browser, 'bob'),
      (error) => error instanceof client.AuthorizationResponseError && error.error === 'login_required',
    )
  })

  for (const responseType of ['code id_token', 'id_token'] as const)
    test(`signs in by ${responseType}, in the fragment, and checks c_hash and nonce`, async () => {
      const { config, expectedNonce, expectedState, ask } = await front(responseType)
      const { location } = await ask({})
      const callback = new URL(location ?? '')
      assert.equal(callback.search, '')
      if (responseType === 'id_token') {
        const claims = await client.implicitAuthentication(config, callback, expectedNonce, { expectedState })
        assert.deepEqual([claims.sub, claims.email], ['ada', 'ada@example.org'])
      } else {
        const tokens = await client.authorizationCodeGrant(config, callback, { expectedNonce, expectedState })
        assert.equal(tokens.claims()?.sub, 'ada')
      }
    })

  for (const responseType of ['code', 'code id_token', 'id_token'] as const)
    test(`takes the answer to ${responseType} from a form post`, async () => {
      const { config, expectedNonce, expectedState, ask } = await front(responseType)
      const { page } = await ask({ response_mode: 'form_post' })
      const fields = page
        .querySelectorAll('form[method=post] input[type=hidden]')
        .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''])
      const posted = new Request(CALLBACK, { method: 'POST', body: new URLSearchParams(fields) })
      if (responseType === 'id_token') {
        const claims = await client.implicitAuthentication(config, posted, expectedNonce, { expectedState })
        assert.equal(claims.sub, 'ada')
      } else {
        const tokens = await client.authorizationCodeGrant(config, posted, { expectedNonce, expectedState })
        assert.equal(tokens.claims()?.sub, 'ada')
      }
    })

  /** A client that gets tokens from the authorization endpoint, and how it asks for them. */
  const front = async (responseType: string) => {
    const id = `front-${randomUUID()}`
    const grant_types = ['code', 'implicit']
    await site.addClient(id, confidential({}, { grant_types }))
    const config = await discover(client.ClientSecretBasic(CLIENT_SECRET), { ...METADATA, client_id: id })
    if (responseType === 'code id_token') client.useCodeIdTokenResponseType(config)
    if (responseType === 'id_token') client.useIdTokenResponseType(config)
    const expectedNonce = client.randomNonce()
    const expectedState = client.randomState()
    const ask = (parameters: Readonly<Record<string, string>>): Promise<Visit> => {
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid email',
        nonce: expectedNonce,
        state: expectedState,
        ...parameters,
      })
      return site.signIn(ada, url.href, 'ada')
    }
    return { config, expectedNonce, expectedState, ask }
  }

  test('gets tokens for itself by client_credentials', async () => {
    const id = 'machine'
    const flow = { token_format: 'jwt', access_token_expiration: 60 }
    await site.addClient(id, {
      secret: CLIENT_SECRET,
      grant_types: ['client_credentials'],
      auth: { client_credentials: flow },
      scope: ['reports'],
    })
    const config = await discover(client.ClientSecretBasic(CLIENT_SECRET), { ...METADATA, client_id: id })
    const tokens = await client.clientCredentialsGrant(config, { scope: 'reports' })
    assert.deepEqual([tokens.expires_in, tokens.refresh_token], [60, undefined])
    await assert.rejects(client.clientCredentialsGrant(config, { scope: 'more' }), isError('invalid_scope'))
  })
})

const isError =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof client.ResponseBodyError && error.error === code
