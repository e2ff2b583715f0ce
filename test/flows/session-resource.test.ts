import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import {
  MYWEBAPP,
  obtainCode,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'

interface Bundle {
  readonly total: number
  readonly entry: readonly { readonly resource: JsonObject }[]
}

forEachDatabaseConfig('Session and Grant', (fresh) => {
  const setUp = async () => {
    const app = await startStoredApp({ config: await fresh() })
    await app.addUser({ id: 'ann' })
    await app.addUser({ id: 'bob' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('partner', webapp({ audience: ['api', 'other'] }, { first_party: false }), SECRET)
    const tokens = async (userId = 'ann', clientId = 'mywebapp', scope = 'openid profile') => {
      const browser = await signedInBrowser(app, userId)
      if (clientId === 'partner')
        await app.database.transact([
          app.stores.consents.allowStep(
            userId,
            clientId,
            { scopes: scope.split(' '), isWholeUser: false },
            app.clock.now(),
          ),
        ])
      const code = await obtainCode(app, { client_id: clientId, scope }, browser)
      const { body } = await redeem(app, code, { client_id: clientId })
      return { browser, access_token: body.access_token, refresh_token: body.refresh_token }
    }
    const search = async (query: string) => {
      const response = await app.rest('GET', query)
      assert.equal(response.status, 200, query)
      return (await response.json()) as Bundle
    }
    const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` })
    const call = (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
      app.fetch(new Request(`${app.url}${path}`, { method, headers }))
    return { app, bearer, call, search, tokens }
  }

  test('a token is a Session without the token, found by it, by its client, user and jti', async () => {
    const { app, search, tokens } = await setUp()
    const { access_token } = await tokens()
    const found = await search(`/Session?access_token=${access_token}`)
    assert.equal(found.total, 1)
    const [session = {}] = found.entry.map((entry) => entry.resource)
    const { id, meta, exp, refresh_token_exp, start, parent, ...rest } = session
    assert.deepEqual(rest, {
      resourceType: 'Session',
      type: 'authorization_code',
      jti: id,
      user: { resourceType: 'User', id: 'ann' },
      client: { resourceType: 'Client', id: 'mywebapp' },
      scope: ['openid', 'profile'],
      active: true,
    })
    assert.equal(Number(exp), Math.floor(app.clock.now().getTime() / 1000) + 360)
    assert.equal(typeof refresh_token_exp, 'number')
    assert.match(String(start), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/)
    assert.equal(new Date(String(start)).getTime(), app.clock.now().getTime())
    assert.deepEqual(Object.keys(meta as object), ['versionId', 'lastUpdated', 'createdAt'])
    for (const query of [
      `jti=${id}`,
      'client=Client/mywebapp',
      'user=ann',
      '.user.id=ann&type=authorization_code',
      `.jti=${id}`,
      `_id=${id}`,
    ]) {
      const ids = (await search(`/Session?${query}`)).entry.map((entry) => entry.resource.id)
      assert.ok(ids.includes(id ?? ''), query)
    }
    const fhir = await app.rest('GET', `/fhir/Session/${id}`)
    assert.deepEqual(((await fhir.json()) as JsonObject).client, { reference: 'Client/mywebapp' })
    assert.equal((await search('/Session?access_token=unknown')).total, 0)
    const everything = JSON.stringify(await search('/Session'))
    for (const secret of ['token_hash', 'access_token":', String(access_token)])
      assert.equal(everything.includes(secret), false, secret)
    assert.equal((parent as JsonObject).resourceType, 'Session')
  })

  test('a search for one token, person, client or browser finds what it found before, whatever stands beside it', async () => {
    const { search, tokens } = await setUp()
    const { access_token } = await tokens()
    const own = (await search(`/Session?access_token=${access_token}`)).entry[0]?.resource
    const parent = (own?.parent as JsonObject | undefined)?.id
    for (const [query, isFound] of [
      [`access_token=unknown,${access_token}`, true],
      [`access_token:not=${access_token}`, false],
      ['access_token:not=unknown', true],
      ['user=ann,User/nobody', true],
      ['user=Client/ann', false],
      ['user=nobody', false],
      ['user:not=ann', false],
      ['client=mywebapp&user=ann', true],
      ['client=other', false],
      [`.parent.id=${parent}`, true],
      ['.parent.id=nothing', false],
      ['.user.id=ann&.client.id=mywebapp', true],
      ['.client.id=ANN', false],
    ] as const) {
      const ids = (await search(`/Session?${query}`)).entry.map(({ resource }) => resource.id)
      assert.equal(ids.includes(String(own?.id)), isFound, query)
    }
  })

  test('deleting a Session ends it: a token alone, a browser with its tokens', async () => {
    const { app, search, tokens } = await setUp()
    const first = await tokens()
    const second = await tokens()
    const [token = {}] = (await search(`/Session?access_token=${first.access_token}`)).entry.map(
      (entry) => entry.resource,
    )
    const deleted = await app.rest('DELETE', `/Session/${token.id}`)
    assert.equal(deleted.status, 200)
    const after = (await deleted.json()) as JsonObject
    assert.equal(after.active, false)
    assert.equal(after.end, formatInstant(app.clock.now()))
    assert.equal(await statusOf(app, first.access_token), 401)
    assert.equal((await refresh(app, first.refresh_token)).body.error, 'invalid_grant')
    assert.equal(await statusOf(app, second.access_token), 200)
    const [other = {}] = (await search(`/Session?access_token=${second.access_token}`)).entry.map(
      (entry) => entry.resource,
    )
    const parent = other.parent as JsonObject
    assert.equal((await app.rest('DELETE', `/Session/${parent.id}`)).status, 200)
    assert.equal(await statusOf(app, second.access_token), 401)
    const ended = (await (await app.rest('GET', `/Session/${parent.id}`)).json()) as JsonObject
    assert.equal(ended.active, false)
    assert.equal(typeof ended.end, 'string')
  })

  test('DELETE /Session ends the session of the token that is shown, of a first party the browser’s too', async () => {
    const { app, bearer, call, tokens } = await setUp()
    const partner = await tokens('ann', 'partner')
    const own = await tokens('ann', 'mywebapp')
    assert.equal((await call('DELETE', '/Session', bearer(partner.access_token))).status, 200)
    assert.equal(await statusOf(app, partner.access_token), 401)
    assert.equal((await partner.browser.send('/')).status, 200, 'still signed in')
    const dropped = await call('DELETE', '/fhir/Session', bearer(own.access_token))
    assert.equal(await dropped.text(), '{}')
    assert.equal(await statusOf(app, own.access_token), 401)
    assert.equal((await own.browser.send('/')).status, 303, 'signed out')
    assert.equal((await call('DELETE', '/Session', bearer(own.access_token))).status, 401)
    assert.equal((await call('DELETE', '/Session')).status, 401)
  })

  test('DELETE /User/<id>/$sessions ends everything of a user, for administrators and for oneself', async () => {
    const { app, bearer, call, tokens } = await setUp()
    const ann = await tokens('ann')
    const bob = await tokens('bob')
    assert.equal((await call('DELETE', '/User/ann/$sessions', bearer(bob.access_token))).status, 403)
    const itsOwn = await call('DELETE', '/User/bob/$sessions', bearer(bob.access_token))
    assert.equal(itsOwn.status, 403, 'an application ends its own session alone')
    assert.equal((await call('DELETE', '/User/ann/$sessions')).status, 401)
    assert.equal((await app.rest('DELETE', '/User/nobody/$sessions')).status, 404)
    assert.equal((await app.rest('DELETE', '/User/ann/$sessions')).status, 200)
    assert.equal(await statusOf(app, ann.access_token), 401)
    assert.equal(await statusOf(app, bob.access_token), 200)
    const cookie = `ASID=${bob.browser.cookies.get('ASID')}`
    const forged = { cookie, 'sec-fetch-site': 'cross-site' }
    assert.equal((await call('DELETE', '/User/bob/$sessions', forged)).status, 403)
    const own = { cookie, 'sec-fetch-site': 'same-origin' }
    assert.equal((await call('DELETE', '/User/bob/$sessions', own)).status, 200)
    assert.equal(await statusOf(app, bob.access_token), 401)
  })

  test('a Grant is what a person allowed; deleting it ends the application’s tokens for that person', async () => {
    const { app, search, tokens } = await setUp()
    const ann = await tokens('ann', 'partner')
    const bob = await tokens('bob', 'partner', 'openid')
    const { total, entry } = await search('/Grant?user=User/ann')
    assert.equal(total, 1)
    const [grant = {}] = entry.map((one) => one.resource)
    const { id, meta, start, ...rest } = grant
    assert.deepEqual(rest, {
      resourceType: 'Grant',
      user: { resourceType: 'User', id: 'ann' },
      client: { resourceType: 'Client', id: 'partner' },
      'requested-scope': ['openid', 'profile'],
      'provided-scope': ['openid', 'profile'],
      scope: 'openid profile',
    })
    assert.equal((await search('/Grant?client=partner&.user.id=bob')).total, 1)
    assert.equal((await search('/Grant?patient=Patient/pt')).total, 0)
    assert.equal((await search('/Grant?patient:missing=true')).total, 2)
    assert.equal((await app.rest('DELETE', `/Grant/${id}`)).status, 200)
    assert.equal((await app.rest('GET', `/Grant/${id}`)).status, 404)
    assert.equal(await statusOf(app, ann.access_token), 401)
    assert.equal(
      (await refresh(app, ann.refresh_token, { client_id: 'partner' })).body.error,
      'invalid_grant',
    )
    assert.equal(await statusOf(app, bob.access_token), 200)
    const { location } = await ann.browser.send(
      '/auth/authorize?client_id=partner&response_type=code&scope=openid',
    )
    assert.match(location ?? '', /^\/auth\/grant/, 'asked again')
  })

  test('nobody else may look, nothing can be written, and what is wrong is told by name', async () => {
    const { app, bearer, call, tokens } = await setUp()
    const { access_token } = await tokens()
    for (const type of ['Session', 'Grant']) {
      assert.equal((await call('GET', `/${type}`)).status, 401)
      assert.equal((await call('GET', `/${type}`, bearer(access_token))).status, 403)
      assert.equal((await call('DELETE', `/${type}/x`, bearer(access_token))).status, 403)
      assert.equal((await app.rest('GET', `/${type}/nothing`)).status, 404)
      assert.equal((await app.rest('POST', `/${type}`, {})).status, 405)
      assert.equal((await app.rest('PUT', `/${type}/x`, {})).status, 405)
      assert.equal((await app.rest('GET', `/${type}?nonsense=1`)).status, 400)
      assert.equal((await app.rest('DELETE', `/${type}/nothing`)).status, 404)
    }
    for (const query of [
      '.access_token=x',
      '_sort=access_token',
      '_sort=-access_token',
      '_sort=.access_token',
    ])
      assert.equal((await app.rest('GET', `/Session?${query}`)).status, 400, query)
  })
})
