import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MYWEBAPP, postToken, refresh, SECRET, userinfo } from '../support/oauth-client.ts'
import { callAs, callFrom, keyOf, startWithApp, told, uriOf } from '../support/own-ui.ts'
import { holds, logLine, spellings } from '../support/secret-search.ts'
import { codeOf, wrongCodeOf } from '../support/two-factor-steps.ts'

const STEP = 30_000
const ALREADY = [422, { error: 'already_enabled', error_description: '2FA is already enabled' }]
const NOT_REQUESTED = [422, { error: 'not_requested', error_description: '2FA is not requested' }]
const NOT_ENABLED = [422, { error: 'not_enabled', error_description: '2FA is not enabled' }]
const WRONG = [422, { error: 'wrong_token', error_description: 'Wrong token' }]

for (const prefix of ['/auth/two-factor', '/app/auth/two-factor'])
  describe(`POST ${prefix}`, () => {
    it('request, confirm and disable switch two-factor on and off with the words of the contract', async () => {
      const { app, call, token } = await startWithApp()
      assert.deepEqual(told(await call(`${prefix}/confirm`, { token: '123456' })), NOT_REQUESTED)
      assert.deepEqual(told(await call(`${prefix}/disable`, { token: '123456' })), NOT_ENABLED)

      const requested = await call(`${prefix}/request`, {})
      const uri = uriOf(requested)
      assert.deepEqual(Object.keys(requested.body), ['uri'])
      assert.match(uri, /^otpauth:\/\/totp\/my-app:me@example\.org\?secret=[A-Z2-7]{32}&issuer=my-app$/)
      assert.equal(requested.headers.get('cache-control'), 'no-store')
      assert.equal(uriOf(await call(`${prefix}/request`, {})), uri)
      const key = keyOf(requested)
      const attribute = async () => {
        const body = await (await userinfo(app, { authorization: `Bearer ${token}` })).json()
        return (body as Record<string, unknown>).twoFactor
      }
      assert.deepEqual(await attribute(), { enabled: false })

      assert.deepEqual(told(await call(`${prefix}/confirm`, { token: wrongCodeOf(app, key) })), WRONG)
      assert.deepEqual(told(await call(`${prefix}/confirm`, { token: codeOf(app, key) })), [200, {}])
      assert.deepEqual(await attribute(), { enabled: true })
      assert.deepEqual(told(await call(`${prefix}/request`, {})), ALREADY)
      assert.deepEqual(told(await call(`${prefix}/confirm`, { token: codeOf(app, key) })), ALREADY)

      assert.deepEqual(told(await call(`${prefix}/disable`, { token: codeOf(app, key) })), WRONG)
      app.clock.advance(STEP)
      assert.deepEqual(told(await call(`${prefix}/disable`, { token: codeOf(app, key) })), [200, {}])
      assert.deepEqual(await attribute(), { enabled: false })
      const again = keyOf(await call(`${prefix}/request`, {}))
      assert.notEqual(again, key)
      const events = (await app.audit())
        .filter(({ event }) => event.startsWith('two-factor'))
        .map(({ event, outcome, reason, client_id: client }) => [event, outcome, reason, client])
      assert.deepEqual(events, [
        ['two-factor-enable', 'failure', 'wrong', 'mywebapp'],
        ['two-factor-enable', 'success', null, 'mywebapp'],
        ['two-factor-disable', 'failure', 'reused', 'mywebapp'],
        ['two-factor-disable', 'success', null, 'mywebapp'],
      ])
    })
  })

const REQUEST = '/auth/two-factor/request'
const CONFIRM = '/auth/two-factor/confirm'
const DISABLE = '/auth/two-factor/disable'

describe('The JSON of the second factor', () => {
  it('shares rules and budget with the pages: five wrong codes, then nothing is tried', async () => {
    const { app, call } = await startWithApp()
    const key = keyOf(await call(REQUEST))
    for (let n = 0; n < 5; n++)
      assert.deepEqual(told(await call(CONFIRM, { token: wrongCodeOf(app, key) })), WRONG)
    for (const token of [codeOf(app, key), wrongCodeOf(app, key)]) {
      const blocked = await call(CONFIRM, { token })
      assert.equal(blocked.status, 429)
      assert.equal(blocked.body.error, 'temporarily_unavailable')
      assert.ok(Number(blocked.headers.get('retry-after')) > 0)
    }
  })

  it('lets one of many equal confirmations through, and one of many that disable', async () => {
    const { app, call } = await startWithApp()
    const key = keyOf(await call(REQUEST))
    const confirmed = await Promise.all(
      Array.from({ length: 8 }, () => call(CONFIRM, { token: codeOf(app, key) })),
    )
    assert.equal(confirmed.filter(({ status }) => status === 200).length, 1)
    app.clock.advance(STEP)
    const disabled = await Promise.all(
      Array.from({ length: 8 }, () => call(DISABLE, { token: codeOf(app, key) })),
    )
    assert.equal(disabled.filter(({ status }) => status === 200).length, 1)
  })

  it('keeps the pending key over a refresh of the token, and from everybody else', async () => {
    const { app, person, call, tokens } = await startWithApp()
    const first = await tokens()
    const key = keyOf(await callAs(app, String(first.access_token))(REQUEST))
    const { body } = await refresh(app, first.refresh_token)
    const refreshed = callAs(app, String(body.access_token))
    assert.equal(keyOf(await refreshed(REQUEST)), key)
    // NOTE: another authorization of the same app, and the browser, each have a key of their own.
    assert.deepEqual(told(await call(CONFIRM, { token: codeOf(app, key) })), NOT_REQUESTED)
    assert.notEqual(keyOf(await callFrom(person)(REQUEST)), key)
    assert.deepEqual(told(await refreshed(CONFIRM, { token: codeOf(app, key) })), [200, {}])
  })

  it('asks for a fresh sign-in when the one of the token is older than ten minutes (RFC 9470 §3)', async () => {
    const { app, tokens } = await startWithApp()
    const first = await tokens()
    app.clock.advance(10 * 60_000 + 1)
    const { body } = await refresh(app, first.refresh_token)
    const old = await callAs(app, String(body.access_token))(REQUEST)
    assert.equal(old.status, 401)
    assert.equal(old.body.error, 'insufficient_user_authentication')
    assert.match(
      old.headers.get('www-authenticate') ?? '',
      /^Bearer .*error="insufficient_user_authentication".*max_age="600"$/,
    )
    const audited = (await app.audit()).filter(({ reason }) => reason === 'old-sign-in')
    assert.deepEqual(
      audited.map(({ event }) => event),
      ['two-factor-enable'],
    )
  })

  it('takes tokens of users at apps of the operator alone', async () => {
    const { app, person, tokens } = await startWithApp()
    const nobody = await callAs(app, undefined)(REQUEST)
    assert.equal(nobody.status, 401)
    assert.equal(nobody.body.error, 'login_required')
    assert.match(nobody.headers.get('www-authenticate') ?? '', /^Bearer realm=/)
    for (const authorization of ['Bearer x', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(5000)}`]) {
      const refused = await callAs(app, undefined)(REQUEST, {}, { authorization })
      assert.equal(refused.status, 401, authorization)
      assert.equal(refused.body.error, 'invalid_token')
    }
    const basic = `Basic ${Buffer.from(`mywebapp:${SECRET}`).toString('base64')}`
    assert.equal((await callAs(app, undefined)(REQUEST, {}, { authorization: basic })).status, 401)
    // NOTE: a given Authorization header decides alone, whatever cookie comes with it.
    const both = await callFrom(person)(
      REQUEST,
      {},
      { authorization: 'Bearer x', 'sec-fetch-site': 'same-origin' },
    )
    assert.equal(both.status, 401)

    const { access_token: token } = await tokens()
    await app.rest('PUT', '/Client/mywebapp', { ...MYWEBAPP, first_party: false, secret: SECRET })
    const foreign = await callAs(app, String(token))(REQUEST)
    assert.equal(foreign.status, 403)
    assert.equal(foreign.body.error, 'insufficient_scope')
    const audited = (await app.audit()).filter(({ event }) => event === 'two-factor-access')
    assert.deepEqual(
      audited.map(({ outcome, reason, client_id: client, user_id: user }) => [outcome, reason, client, user]),
      [['failure', 'not-first-party', 'mywebapp', 'my-user']],
    )
  })

  it('takes the token of a password grant, whose second factor is asked for from then on', async () => {
    const { app } = await startWithApp()
    await app.addClient('native', { grant_types: ['password'], first_party: true }, SECRET)
    const signIn = (more: Readonly<Record<string, string>> = {}) =>
      postToken(app, {
        grant_type: 'password',
        client_id: 'native',
        client_secret: SECRET,
        username: 'my-user',
        password: 'password',
        ...more,
      })
    const call = callAs(app, String((await signIn()).body.access_token))
    const key = keyOf(await call(REQUEST))
    assert.deepEqual(told(await call(CONFIRM, { token: codeOf(app, key) })), [200, {}])
    const asked = await signIn()
    assert.deepEqual([asked.status, asked.body.mfa_required], [400, true])
    app.clock.advance(STEP)
    assert.equal((await signIn({ totp: codeOf(app, key) })).status, 200)
  })

  it('takes no token that acts for no user', async () => {
    const { app } = await startWithApp()
    await app.addClient('robot', { grant_types: ['client_credentials'], first_party: true }, SECRET)
    const issued = await postToken(app, {
      grant_type: 'client_credentials',
      client_id: 'robot',
      client_secret: SECRET,
    })
    assert.equal(issued.status, 200)
    const refused = await callAs(app, String(issued.body.access_token))(REQUEST)
    assert.deepEqual([refused.status, refused.body.error], [403, 'insufficient_scope'])
  })

  it('takes the session cookie only from pages of ours', async () => {
    const { app, person } = await startWithApp()
    const call = callFrom(person)
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ] as Readonly<Record<string, string>>[]) {
      const refused = await call(REQUEST, '{"transport":""}', headers)
      assert.ok([403, 415].includes(refused.status), JSON.stringify([headers, refused.status]))
    }
    assert.equal((await app.twoFactor.read(['my-user'])).size, 0)
    const key = keyOf(await call(REQUEST, {}, { origin: app.url }))
    assert.deepEqual(told(await call(CONFIRM, { token: codeOf(app, key) })), [200, {}])
    app.clock.advance(STEP)
    assert.deepEqual(told(await call(DISABLE, { token: codeOf(app, key) })), [200, {}])
  })

  it('leaves no key, code or token in the log, the audit log or what can be read', async () => {
    const { app, call, token } = await startWithApp()
    const requested = await call(REQUEST)
    const key = keyOf(requested)
    const right = codeOf(app, key)
    await call(CONFIRM, { token: wrongCodeOf(app, key) })
    await call(CONFIRM, { token: right })
    await call(CONFIRM, `{"token":["${right}"]}`)
    await call(DISABLE, { token: right })
    const reads = ['/User/my-user', '/User', '/User/my-user/_history', '/User/_history']
    const texts = [
      JSON.stringify(app.log.map(logLine)),
      JSON.stringify(await app.audit()),
      ...(await Promise.all(reads.map(async (path) => (await app.rest('GET', path)).text()))),
    ]
    for (const [name, secret] of Object.entries({ key, token, code: right }))
      for (const needle of spellings(secret, name))
        for (const text of texts) assert.equal(holds(Buffer.from(text), needle), false, name)
  })

  it('names what is wrong with a body, and counts nothing', async () => {
    const { call } = await startWithApp()
    await call(REQUEST)
    for (const [body, name] of [
      ['{"token":123456}', 'token'],
      ['{"token":["123456"]}', 'token'],
      ['{"token":{"$ne":""}}', 'token'],
      ['{"token":true}', 'token'],
      ['{"token":null}', 'token'],
      ['{}', 'token'],
      ['', 'token'],
      ['{"token":"1","token":"2"}', 'token'],
      ['[]', 'body'],
      ['"123456"', 'body'],
      ['{', 'body'],
    ] as const) {
      const refused = await call(CONFIRM, body)
      assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_request'], body)
      assert.match(String(refused.body.error_description), new RegExp(name), body)
    }
    assert.equal((await call(CONFIRM, `{"token":"${'1'.repeat(70_000)}"}`)).status, 413)
    assert.equal((await call(CONFIRM, 'token=1', { 'content-type': 'text/plain' })).status, 415)
    for (const token of ['', '12345', '1e5', '１２３４５６', ' ', 'x'.repeat(10_000)])
      assert.ok([422, 429].includes((await call(CONFIRM, { token })).status), token)
    assert.equal((await call(REQUEST, { transport: 'x'.repeat(65) })).status, 400)
    assert.equal((await call(REQUEST, '{"transport":5}')).status, 400)
  })

  it('answers who accepts anything in JSON, and leaves the page of the same address to forms', async () => {
    const { app, person, call } = await startWithApp()
    const key = keyOf(await call(REQUEST, {}, { accept: '*/*' }))
    await call(CONFIRM, { token: codeOf(app, key) }, { accept: '*/*' })
    assert.deepEqual(told(await call(DISABLE, { token: '000000' }, { accept: '*/*' })), WRONG)
    const form = await person.submit(await person.visit(DISABLE), { token: '000000' }, DISABLE)
    assert.equal(form.status, 422)
    assert.match(form.body, /<html/)
    assert.equal((await person.send(REQUEST)).status, 405)
  })
})
