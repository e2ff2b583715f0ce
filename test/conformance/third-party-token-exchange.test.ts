// RFC 8693 by other people's clients, unmodified, over TLS: tokens of another issuer become tokens of ours.
import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import type { ClientKey } from '../support/client-assertion.ts'
import { newClientKey } from '../support/client-assertion.ts'
import { ACCESS_TOKEN, GRANT, JWT } from '../support/foreign-issuer.ts'
import { listenHttps } from '../support/tls-server.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

const OPAQUE = 'an-opaque-token-of-the-other-issuer'
const CLIENT = { client_id: 'exchanger' }

describe('token exchange by other people’s libraries', () => {
  let site: TlsSite
  let other: string
  let key: ClientKey
  before(async () => {
    site = await startTlsSite()
    key = await newClientKey('PS256', 'of-the-other')
    const port = await listenHttps(site.authority, async (request, response) => {
      response.setHeader('content-type', 'application/json')
      const asked = new URLSearchParams(await text(request))
      const now = Math.floor(Date.now() / 1000)
      response.end(
        JSON.stringify(
          request.url === '/jwks.json'
            ? { keys: [{ ...key.publicJwk, use: 'sig' }] }
            : asked.get('token') === OPAQUE
              ? { active: true, sub: 'ada', iss: `${other}/opaque`, exp: now + 60 }
              : { active: false },
        ),
      )
    })
    other = `https://127.0.0.1:${port}`
    await site.addUser('ada', { email: 'ada@example.org' })
    await site.addClient(CLIENT.client_id, {
      secret: CLIENT_SECRET,
      grant_types: [GRANT],
      scope: ['openid', 'email'],
      allowedIssuers: [other, `${other}/opaque`],
      auth: { token_exchange: { token_format: 'jwt', access_token_expiration: 120, refresh_token: true } },
    })
    for (const [id, introspector] of [
      ['signed', { type: 'jwt', jwt: { iss: other }, jwks_uri: `${other}/jwks.json` }],
      [
        'asked',
        { type: 'opaque', jwt: { iss: `${other}/opaque` }, introspection_endpoint: { url: `${other}/ask` } },
      ],
    ] as const) {
      const answer = await site.rest('PUT', `/TokenIntrospector/${id}`, introspector)
      assert.equal(answer.status, 201, await answer.text())
    }
  })

  const signed = (subject: string): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid })
      .setIssuer(other)
      .setSubject(subject)
      .setExpirationTime('1m')
      .sign(key.privateKey)
  const parameters = (subject_token: string, subject_token_type: string) => ({
    subject_token,
    subject_token_type,
    requested_token_type: JWT,
    scope: 'openid email',
  })

  test('oauth4webapi exchanges a JWT and an opaque token, and reads the person with what it gets', async () => {
    const issuer = new URL(site.url)
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
    const proof = oauth.ClientSecretBasic(CLIENT_SECRET)
    const exchange = async (token: string, type: string) =>
      oauth.processGenericTokenEndpointResponse(
        server,
        CLIENT,
        await oauth.genericTokenEndpointRequest(server, CLIENT, proof, GRANT, parameters(token, type)),
      )
    for (const [token, type] of [
      [await signed('ada'), JWT],
      [OPAQUE, ACCESS_TOKEN],
    ] as const) {
      const tokens = await exchange(token, type)
      assert.deepEqual(
        [tokens.token_type, tokens.expires_in, tokens.scope, tokens.issued_token_type, tokens.id_token],
        ['bearer', 120, 'openid email', JWT, undefined],
      )
      const user = await oauth.processUserInfoResponse(
        server,
        CLIENT,
        'ada',
        await oauth.userInfoRequest(server, CLIENT, tokens.access_token),
      )
      assert.equal(user.email, 'ada@example.org')
    }
    await assert.rejects(
      exchange(await signed('nobody'), JWT),
      (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_request',
    )
  })

  test('openid-client exchanges a JWT, refreshes and revokes what it got, and is told why another is refused', async () => {
    const config = await openid.discovery(
      new URL(site.url),
      CLIENT.client_id,
      undefined,
      openid.ClientSecretPost(CLIENT_SECRET),
    )
    const exchange = (token: string, type: string) =>
      openid.genericGrantRequest(config, GRANT, parameters(token, type))
    const tokens = await exchange(await signed('ada'), JWT)
    assert.equal((await openid.fetchUserInfo(config, tokens.access_token, 'ada')).email, 'ada@example.org')
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.equal((await openid.tokenIntrospection(config, refreshed.access_token)).sub, 'ada')
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '')
    assert.deepEqual(await openid.tokenIntrospection(config, refreshed.access_token), { active: false })
    for (const [token, type] of [
      [`${await signed('ada')}x`, JWT],
      ['another-opaque-token', ACCESS_TOKEN],
      [OPAQUE, JWT],
    ] as const)
      await assert.rejects(
        exchange(token, type),
        (error) => error instanceof openid.ResponseBodyError && error.error === 'invalid_request',
      )
  })
})
