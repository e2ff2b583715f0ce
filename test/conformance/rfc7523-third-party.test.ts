// Other people's implementations of private_key_jwt, unmodified, over TLS; their keys at an https jwks_uri.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { exportPKCS8, importPKCS8, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import type { ClientKey } from '../support/client-assertion.ts'
import { JWT_BEARER, newClientKey } from '../support/client-assertion.ts'
import { listenHttps } from '../support/tls-server.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, startTlsSite } from '../support/tls-site.ts'

describe('private_key_jwt by other people’s libraries', () => {
  let site: TlsSite
  let server: oauth.AuthorizationServer
  let published: readonly ClientKey[]
  let fetched = 0
  before(async () => {
    site = await startTlsSite()
    published = [await newClientKey('PS256', 'first')]
    const port = await listenHttps(site.authority, (_, response) => {
      fetched += 1
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ keys: published.map((key) => key.publicJwk) }))
    })
    await site.addUser('ada')
    await site.addClient('backend', {
      first_party: true,
      grant_types: ['client_credentials', 'code'],
      auth: { authorization_code: { redirect_uri: CALLBACK, refresh_token: true } },
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `https://127.0.0.1:${port}/jwks.json`,
    })
    const issuer = new URL(site.url)
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
  })
  const signing = (key: ClientKey) => ({ key: key.privateKey, kid: key.kid })

  test('oauth4webapi: tokens of the client itself, introspection and revocation', async () => {
    const client = { client_id: 'backend' }
    const [key] = published
    assert.ok(key)
    const proof = oauth.PrivateKeyJwt(signing(key))
    const ask = async () =>
      oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(server, client, proof, { scope: 'system/Patient.read' }),
      )
    const { access_token } = await ask()
    const told = await oauth.processIntrospectionResponse(
      server,
      client,
      await oauth.introspectionRequest(server, client, proof, access_token),
    )
    assert.equal(told.active, true)
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, access_token))
    const after = await oauth.processIntrospectionResponse(
      server,
      client,
      await oauth.introspectionRequest(server, client, proof, access_token),
    )
    assert.equal(after.active, false)
    assert.equal(fetched, 1)
  })

  test('oidcc-refresh-token-rp-key-rotation: openid-client signs in, rotates its key and refreshes', async () => {
    const [first] = published
    assert.ok(first)
    const configured = (key: ClientKey) =>
      openid.discovery(new URL(site.url), 'backend', undefined, openid.PrivateKeyJwt(signing(key)))
    const before = await configured(first)
    const verifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(before, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: 'st',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const { location } = await site.signIn(site.person(), url.href, 'ada')
    const tokens = await openid.authorizationCodeGrant(before, new URL(location ?? ''), {
      pkceCodeVerifier: verifier,
      expectedState: 'st',
    })
    assert.equal(tokens.claims()?.sub, 'ada')

    const second = await newClientKey('ES384', 'second')
    published = [second]
    const after = await configured(second)
    const refreshed = await openid.refreshTokenGrant(after, tokens.refresh_token ?? '')
    assert.ok(refreshed.access_token)
    // NOTE: where a 401 has a challenge (RFC 9110 §15.5.2), the library shows that instead of `error`.
    await assert.rejects(openid.refreshTokenGrant(before, refreshed.refresh_token ?? ''), {
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      status: 401,
    })
    assert.ok((await openid.refreshTokenGrant(after, refreshed.refresh_token ?? '')).access_token)
  })

  test('jose, as SMART Backend Services shows it: RS384 with kid, jku and aud of the token endpoint', async () => {
    const key = await newClientKey('RS384', 'smart')
    await site.addClient('smart', {
      grant_types: ['client_credentials'],
      jwks: [{ ...key.publicJwk, alg: 'RS384' }],
    })
    const endpoint = String(server.token_endpoint)
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS384', typ: 'JWT', kid: 'smart', jku: 'https://127.0.0.1/jwks.json' })
      .setIssuer('smart')
      .setSubject('smart')
      .setAudience(endpoint)
      .setExpirationTime('5m')
      .setJti(crypto.randomUUID())
      .sign(await importPKCS8(await exportPKCS8(key.privateKey), 'RS384'))
    const response = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.read',
        client_assertion_type: JWT_BEARER,
        client_assertion: assertion,
      }),
    })
    const body = (await response.json()) as { token_type?: string }
    assert.equal(response.status, 200, JSON.stringify(body))
    assert.equal(body.token_type, 'Bearer')
  })
})
