// RFC 8693: tokens of ours for users whom another issuer vouches for.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { base64url } from 'jose'
import type { JsonObject } from '../../src/kernel/json.ts'
import { postForm } from '../support/client-assertion.ts'
import type { Exchange } from '../support/foreign-issuer.ts'
import { ACCESS_TOKEN, EC_ISSUER, exchanger, GRANT, JWT, startExchange } from '../support/foreign-issuer.ts'
import { basic, postToken, refresh, SECRET, statusOf } from '../support/oauth-client.ts'

describe('RFC 8693: token exchange', () => {
  let app: Exchange['app']
  let sign: Exchange['sign']
  let exchange: Exchange['exchange']
  before(async () => {
    ;({ app, sign, exchange } = await startExchange())
  })

  test('§2.2.1: the answer has an access token of the user and issued_token_type', async () => {
    const { status, body, headers } = await exchange(await sign())
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    const { access_token, ...rest } = body
    assert.deepEqual(rest, {
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'a b openid',
      issued_token_type: ACCESS_TOKEN,
    })
    assert.equal(await statusOf(app, access_token), 200)
  })

  test('§2.1: requested_token_type and audience are what the client is set to', async () => {
    const { body } = await exchange(
      await sign(),
      { requested_token_type: JWT, audience: 'https://x.test' },
      'jwt',
    )
    assert.equal(body.issued_token_type, JWT)
    const claims = JSON.parse(
      new TextDecoder().decode(base64url.decode(String(body.access_token).split('.')[1] ?? '')),
    ) as JsonObject
    assert.deepEqual([claims.sub, claims.client_id, claims.aud], ['ann', 'jwt', 'https://x.test'])
    assert.equal('acr' in claims || 'amr' in claims || 'auth_time' in claims, false, 'nobody signed in here')
    const token = await sign()
    assert.equal((await exchange(token, { requested_token_type: JWT })).body.error, 'invalid_request')
    assert.equal((await exchange(token, { audience: 'https://y.test' }, 'jwt')).body.error, 'invalid_target')
    assert.equal((await exchange(token, { resource: 'https://x.test' }, 'jwt')).body.error, 'invalid_target')
    const twice = `grant_type=${GRANT}&subject_token=${token}&subject_token_type=${JWT}&audience=https://x.test`
    const repeated = await postToken(app, `${twice}&audience=https://x.test`, basic('jwt', SECRET))
    assert.equal(repeated.status, 200, 'the parameter may come more than once')
    const spoiled = await postToken(app, `${twice}&audience=https://y.test`, basic('jwt', SECRET))
    assert.equal(spoiled.body.error, 'invalid_target')
  })

  test('RFC 9470 §6.2: introspection tells of no sign-in either, at which nobody was', async () => {
    const { body } = await exchange(await sign())
    const told = await postForm(
      app,
      '/auth/introspect',
      { token: String(body.access_token) },
      basic('api', SECRET),
    )
    assert.deepEqual([told.body.active, told.body.sub], [true, 'ann'])
    for (const name of ['auth_time', 'acr', 'amr']) assert.equal(name in told.body, false, name)
  })

  test('§2.1: what is missing or cannot be is named', async () => {
    const token = await sign()
    for (const [parameters, name] of [
      [{ subject_token: '' }, 'subject_token'],
      [{ subject_token_type: '' }, 'subject_token_type'],
      [{ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'subject_token_type'],
      [{ actor_token: token, actor_token_type: JWT }, 'actor_token'],
      [{ actor_token: token }, 'actor_token'],
      [{ requested_token_type: 'x' }, 'requested_token_type'],
    ] as const) {
      const { status, body } = await exchange(token, parameters as Record<string, string>)
      assert.deepEqual([status, body.error], [400, 'invalid_request'])
      assert.match(String(body.error_description), new RegExp(name))
    }
    assert.equal((await exchange('x'.repeat(50_000))).body.error, 'invalid_request')
  })

  test('an inactive user is refused, at the exchange and at once afterwards', async () => {
    const { status, body } = await exchange(await sign({ sub: 'gone' }))
    assert.deepEqual([status, body], [400, { error: 'invalid_grant', error_description: 'User is inactive' }])
    const issued = await exchange(await sign({ sub: 'bob' }), {}, 'jwt')
    await app.rest('PUT', '/User/bob', { inactive: true })
    assert.equal(await statusOf(app, issued.body.access_token), 401)
  })

  test('the scope never grows', async () => {
    const scoped = await sign({ scope: 'a c' })
    assert.equal((await exchange(scoped)).body.scope, 'a')
    assert.equal((await exchange(scoped, { scope: 'a' })).body.scope, 'a')
    for (const scope of ['b', 'c', 'a b', 'a c', 'a"'])
      assert.equal((await exchange(scoped, { scope })).body.error, 'invalid_scope', scope)
    assert.equal((await exchange(await sign({ scp: ['b', 'x'] }))).body.scope, 'b')
    assert.equal(
      (await exchange(await sign(), { scope: 'a' }, 'jwt')).body.error,
      'invalid_scope',
      'nothing is listed',
    )
    assert.equal((await exchange(await sign({ scope: '' }), { scope: 'a' })).body.error, 'invalid_scope')
    assert.equal('id_token' in (await exchange(await sign(), { scope: 'openid' })).body, false)
  })

  test('only for clients that list the grant and prove who they are', async () => {
    const token = await sign()
    assert.equal((await exchange(token, {}, 'unlisted')).body.error, 'unauthorized_client')
    for (const client_id of ['public', 'api']) {
      const parameters = { grant_type: GRANT, subject_token: token, subject_token_type: JWT, client_id }
      assert.equal((await postToken(app, parameters)).body.error, 'invalid_client')
    }
  })

  test('a refresh token where the client is set so, for the same user', async () => {
    const { body } = await exchange(await sign(), {}, 'jwt')
    const again = await refresh(app, body.refresh_token, { client_id: 'jwt', client_secret: SECRET })
    assert.equal(again.status, 200)
    assert.equal(await statusOf(app, again.body.access_token), 200)
    assert.equal(await statusOf(app, body.access_token), 401)
  })

  test('a refresh token is worth nothing once its issuer is not trusted any more, by the client or by the server', async () => {
    const client = { client_id: 'leaving', client_secret: SECRET }
    const reasonOf = async ({ headers }: { readonly headers: Headers }) =>
      (
        await app.database.first<{ reason: string | null }>(
          app.database.sql
            .selectFrom('audit_event')
            .select('reason')
            .where('request_id', '=', headers.get('x-request-id')),
        )
      )?.reason
    const settings = { refresh_token: true }
    await app.addClient('leaving', exchanger(settings), SECRET)
    const first = await refresh(app, (await exchange(await sign(), {}, 'leaving')).body.refresh_token, client)
    assert.equal(first.status, 200)

    await app.addClient('leaving', exchanger(settings, { allowedIssuers: [EC_ISSUER] }), SECRET)
    const refused = await refresh(app, first.body.refresh_token, client)
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant'])
    assert.equal(await reasonOf(refused), 'other-issuer')

    await app.addClient('leaving', exchanger(settings), SECRET)
    const document = (await (await app.rest('GET', '/TokenIntrospector/rsa')).json()) as JsonObject
    assert.equal((await app.rest('DELETE', '/TokenIntrospector/rsa')).status, 200)
    const unknown = await refresh(app, first.body.refresh_token, client)
    assert.deepEqual([unknown.status, unknown.body.error], [400, 'invalid_grant'])
    assert.equal(await reasonOf(unknown), 'unknown-issuer')

    assert.equal((await app.rest('PUT', '/TokenIntrospector/rsa', document)).status, 201)
    const trusted = await refresh(app, first.body.refresh_token, client)
    assert.equal(trusted.status, 200, 'what was refused used nothing up')
  })
})
