import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MYWEBAPP, SECRET, statusOf, webapp } from '../support/oauth-client.ts'
import { callAs, callFrom, startWithApp, told } from '../support/own-ui.ts'
import type { Person } from '../support/person.ts'

const SESSIONS = '/auth/sessions'
const GRANTS = '/auth/grants'
const LOGIN_REQUIRED = [401, 'login_required'] as const

interface ListedSession {
  readonly id: string
  readonly is_current: boolean
}

const isSignedIn = async (person: Person): Promise<boolean> => (await person.send('/')).status === 200

const setUp = async () => {
  const parts = await startWithApp()
  const { app, person } = parts
  await app.addClient('partner', webapp({}, { first_party: false, name: 'Partner' }), SECRET)
  const get = async (path: string, token: string | undefined, from?: Person) => {
    const accept = { accept: 'application/json' }
    if (from === undefined) return callAs(app, token)(path, {}, {}, 'GET')
    const visit = await from.send(path, { headers: { ...accept, 'sec-fetch-site': 'same-origin' } })
    return { status: visit.status, headers: visit.headers, body: JSON.parse(visit.body) }
  }
  const sessionsOf = async (token: string | undefined, from?: Person) =>
    (await get(SESSIONS, token, from)).body.sessions as readonly ListedSession[]
  return { ...parts, get, sessionsOf, elsewhere: await app.signIn('my-user'), person }
}

describe('/auth/sessions in JSON', () => {
  it('lists the same by the cookie and by a token of an app of the operator, and says which one it is', async () => {
    const { app, person, token, get, sessionsOf } = await setUp()
    const byCookie = await sessionsOf(undefined, person)
    assert.equal(byCookie.length, 2)
    assert.deepEqual(await sessionsOf(token), byCookie)
    const current = byCookie.find((one) => one.is_current)
    assert.deepEqual(
      { ...current, id: undefined },
      {
        id: undefined,
        is_current: true,
        methods: ['password'],
        browser: null,
        address: null,
        signed_in_at: app.clock.now().toISOString(),
        last_used_at: app.clock.now().toISOString(),
        expires_at: new Date(app.clock.now().getTime() + 5 * 86_400_000).toISOString(),
      },
    )
    const nobody = await get(SESSIONS, undefined)
    assert.deepEqual([nobody.status, nobody.body.error], LOGIN_REQUIRED)
  })

  it('ends one, all others, and everywhere, where the browser forgets who it was', async () => {
    const { app, person, token, call, sessionsOf, elsewhere } = await setUp()
    const other = (await sessionsOf(token)).find((one) => !one.is_current)
    assert.deepEqual(told(await call(SESSIONS, { end: other?.id ?? '' })), [200, {}])
    assert.deepEqual([await isSignedIn(elsewhere), await isSignedIn(person)], [false, true])

    const third = await app.signIn('my-user')
    assert.deepEqual(told(await callFrom(person)(SESSIONS, { end: 'others' })), [200, {}])
    assert.deepEqual([await isSignedIn(third), await isSignedIn(person)], [false, true])
    assert.equal(await statusOf(app, token), 200)

    const bob = await app.signIn('bob')
    assert.deepEqual(told(await callFrom(person)(SESSIONS, { end: 'all' })), [200, {}])
    assert.equal(person.cookies.has('ASID'), false)
    assert.deepEqual([await isSignedIn(bob), await statusOf(app, token)], [true, 401])
  })

  it('ends everything else by a token as well, but not the browser that the token hangs on', async () => {
    const { app, person, call, token, elsewhere } = await setUp()
    assert.deepEqual(told(await call(SESSIONS, { end: 'others' })), [200, {}])
    assert.deepEqual([await isSignedIn(person), await isSignedIn(elsewhere)], [true, false])
    assert.equal(await statusOf(app, token), 200)
  })

  it('is not for apps of others, other sites and other people’s sessions', async () => {
    const { app, person, token, call, sessionsOf } = await setUp()
    const bob = await app.signIn('bob')
    const [bobs] = await sessionsOf(undefined, bob)
    assert.deepEqual(told(await call(SESSIONS, { end: bobs?.id ?? '' })), [200, {}])
    assert.equal(await isSignedIn(bob), true)
    assert.equal((await call(SESSIONS, {})).status, 400)
    for (const site of ['cross-site', 'same-site'])
      for (const path of [SESSIONS, GRANTS])
        assert.equal((await callFrom(person)(path, { end: 'all' }, { 'sec-fetch-site': site })).status, 403)
    await app.rest('PUT', '/Client/mywebapp', { ...MYWEBAPP, first_party: false, secret: SECRET })
    for (const path of [SESSIONS, GRANTS]) {
      const foreign = await callAs(app, token)(path, { end: 'all' })
      assert.deepEqual([foreign.status, foreign.body.error], [403, 'insufficient_scope'])
    }
    assert.equal(await isSignedIn(person), true)
    const audited = (await app.audit()).filter(({ reason }) => reason === 'not-first-party')
    assert.deepEqual(
      [...new Set(audited.map(({ event, client_id: id }) => `${event} ${id}`))],
      ['sign-out mywebapp'],
    )
  })
})

describe('/auth/grants in JSON', () => {
  it('lists what one allowed and takes it back', async () => {
    const { app, get, person, token, call } = await setUp()
    const allowed = { scopes: ['openid', 'email'], isWholeUser: false }
    await app.database.transact([
      app.stores.consents.allowStep('my-user', 'partner', allowed, app.clock.now()),
      app.stores.consents.allowStep('bob', 'partner', allowed, app.clock.now()),
    ])
    const grants = [
      {
        client: { id: 'partner', name: 'Partner' },
        scopes: ['openid', 'email'],
        whole_user: false,
        allowed_at: app.clock.now().toISOString(),
      },
    ]
    assert.deepEqual((await get(GRANTS, token)).body, { grants })
    assert.deepEqual((await get(GRANTS, undefined, person)).body, { grants })
    assert.deepEqual(told(await call(GRANTS, { end: 'partner' })), [200, {}])
    assert.deepEqual((await get(GRANTS, token)).body, { grants: [] })
    assert.notEqual(await app.stores.consents.find('bob', 'partner'), undefined)
    const nobody = await get(GRANTS, undefined)
    assert.deepEqual([nobody.status, nobody.body.error], LOGIN_REQUIRED)
  })
})

describe('an app of the operator in a browser', () => {
  it('may call for its person, from its own origin, what changes the password and ends sessions', async () => {
    const { app, token } = await setUp()
    await app.rest('PATCH', '/Client/mywebapp', { allowed_origins: ['https://spa.example.org'] })
    for (const path of [SESSIONS, GRANTS, '/auth/change-password'])
      for (const [origin, allowed] of [
        ['https://spa.example.org', 'https://spa.example.org'],
        ['https://evil.test', null],
      ] as const) {
        const answer = await callAs(app, token)(path, {}, { origin })
        assert.equal(answer.status, 400, path)
        assert.equal(answer.headers.get('access-control-allow-origin'), allowed, path)
        assert.equal(answer.headers.get('access-control-allow-credentials'), null)
      }
  })
})
