import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import { openAndCloseAfter } from '../support/databases.ts'
import { callAs } from '../support/own-ui.ts'
import { anyone, CONFIRM, coded, forceReset, NEXT, RESET, setToken } from '../support/password-reset.ts'
import type { Person } from '../support/person.ts'
import { listenHttp } from '../support/servers.ts'
import type { TwoFactorApp } from '../support/two-factor-app.ts'
import { AT_LEAST_8, codeOf, enable, knownDevices, start, wrongCodeOf } from '../support/two-factor-steps.ts'

const MINUTE = 60_000
const STEP = 30_000

const signIn = async (app: TwoFactorApp, password: string) => {
  const person = app.person('198.51.100.7')
  return person.submit(await person.visit('/auth/login'), { username: 'my-user', password })
}
const isSignedIn = async (person: Person): Promise<boolean> => (await person.send('/')).status === 200

const eventsOf = async (app: TwoFactorApp, from?: Database) => {
  return (await app.audit(from))
    .filter(({ event }) => event.startsWith('password-') && event.endsWith('-reset'))
    .map(({ event, outcome, reason, actor }) => [event, outcome, reason, actor])
}

describe('POST /auth/force-reset-password', () => {
  it('takes the password away at once, ends all sessions, and answers the link', async () => {
    const { app, person } = await start()
    assert.equal((await signIn(app, 'password')).status, 303)
    assert.equal((await knownDevices(app)).length, 1)
    await forceReset(app, 'my-user')
    assert.equal(await isSignedIn(person), false)
    assert.deepEqual(await knownDevices(app), [])
    assert.equal((await signIn(app, 'password')).status, 422)
    const read = await (await app.rest('GET', '/User/my-user')).text()
    assert.doesNotMatch(read, /passwordResetJti|eyJ/)
    assert.deepEqual(await eventsOf(app), [['password-force-reset', 'success', null, 'Client/root']])
  })

  it('is for whoever may write Users, and knows the user by id alone', async () => {
    const { app, person } = await start()
    const call = anyone(app)
    const path = '/auth/force-reset-password'
    assert.equal((await call(path, { userId: 'my-user' })).status, 401)
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const init = { method: 'POST', body: JSON.stringify({ userId: 'my-user' }) }
    const own = await person.send(path, { ...init, headers: { ...headers, 'sec-fetch-site': 'same-origin' } })
    assert.equal(own.status, 403)
    const forged = await person.send(path, {
      ...init,
      headers: { ...headers, 'sec-fetch-site': 'cross-site' },
    })
    assert.equal(forged.status, 403)
    assert(await isSignedIn(person))
    for (const [body, status, code] of [
      [{ userId: 'nobody' }, 404, 'user_not_found'],
      [{ userId: 'me@example.org' }, 404, 'user_not_found'],
      [{}, 400, undefined],
      [{ userId: ['my-user', 'bob'] }, 400, undefined],
      [{ userId: { $ne: '' } }, 400, undefined],
    ] as const) {
      const response = await app.rest('POST', path, body)
      assert.equal(response.status, status, JSON.stringify(body))
      const answer = (await response.json()) as Record<string, unknown>
      assert.equal(answer.code, code)
      if (status === 400) assert.match(String(answer.error_description), /^userId: /)
    }
    assert.equal((await signIn(app, 'password')).status, 303)
    assert.deepEqual(await eventsOf(app), [
      ['password-force-reset', 'failure', 'not-allowed', 'User/my-user'],
      ['password-force-reset', 'failure', 'unknown-user', 'Client/root'],
      ['password-force-reset', 'failure', 'unknown-user', 'Client/root'],
    ])
  })

  it('replaces an earlier link', async () => {
    const { app } = await start()
    const [first, second] = [await forceReset(app, 'my-user'), await forceReset(app, 'my-user')]
    const call = anyone(app)
    const dead = await call(RESET, { token: first.token, newPassword: NEXT })
    assert.deepEqual(coded(dead), [400, 'password_reset_token_invalid'])
    const done = await call(RESET, { token: second.token, newPassword: NEXT })
    assert.deepEqual(coded(done), [200, 'password_reset_completed'])
  })
})

describe('POST /auth/reset-password in JSON', () => {
  it('sets the password once, within fifteen minutes', async () => {
    const { app } = await start()
    const call = anyone(app)
    const { token } = await forceReset(app, 'my-user')
    app.clock.advance(15 * MINUTE - 1)
    assert.deepEqual(coded(await call(RESET, { token, newPassword: NEXT })), [
      200,
      'password_reset_completed',
    ])
    const again = await call(RESET, { token, newPassword: 'yet another one' })
    assert.deepEqual(coded(again), [400, 'password_reset_token_invalid'])
    assert.equal((await signIn(app, NEXT)).status, 303)

    const late = await forceReset(app, 'my-user')
    app.clock.advance(15 * MINUTE)
    const expired = await call(RESET, { token: late.token, newPassword: NEXT })
    assert.deepEqual(coded(expired), [400, 'password_reset_token_invalid'])
    assert.equal((await signIn(app, NEXT)).status, 422)
    // What was refused is recorded soon, not at once.
    await app.stop()
    const left = await openAndCloseAfter({ kind: 'sqlite', directory: app.directory })
    assert.deepEqual(
      (await eventsOf(app, left)).map(([event, outcome, reason]) => [event, outcome, reason]),
      [
        ['password-force-reset', 'success', null],
        ['password-self-reset', 'success', null],
        ['password-self-reset', 'failure', 'not-outstanding'],
        ['password-force-reset', 'success', null],
        ['password-self-reset', 'failure', 'expired'],
      ],
    )
  })

  it('keeps to the policy, and the link survives what does not', async () => {
    const { app } = await start(AT_LEAST_8)
    const call = anyone(app)
    const { token } = await forceReset(app, 'my-user')
    for (const newPassword of ['', 'seven c', 'x'.repeat(1025)]) {
      const answer = await call(RESET, { token, newPassword })
      assert.deepEqual(coded(answer), [422, 'password_policy_violation'])
      assert.deepEqual(answer.body.data, { minLength: 8, maxBytes: 1024 })
    }
    assert.deepEqual(coded(await call(RESET, { token, newPassword: NEXT })), [
      200,
      'password_reset_completed',
    ])
  })

  it('names what is missing or no string, and takes no token for another thing', async () => {
    const { app, person } = await start()
    const call = anyone(app)
    const { token } = await forceReset(app, 'my-user')
    const bob = await forceReset(app, 'bob')
    for (const [body, name] of [
      [{}, 'token'],
      [{ token }, 'newPassword'],
      [{ token: [token], newPassword: NEXT }, 'token'],
      [{ token, newPassword: { a: NEXT } }, 'newPassword'],
    ] as const) {
      const answer = await call(RESET, body)
      assert.deepEqual([answer.status, String(answer.body.error_description).split(':')[0]], [400, name])
    }
    const [header, body, mac] = token.split('.')
    const [, ofBob] = bob.token.split('.')
    for (const wrong of [`${header}.${ofBob}.${mac}`, `${header}.${body}.`, 'eyJ', 'x'.repeat(5000)])
      assert.deepEqual(coded(await call(RESET, { token: wrong, newPassword: NEXT })), [
        400,
        'password_reset_token_invalid',
      ])
    const bearer = await callAs(app, token)('/auth/userinfo', {}, {}, 'GET')
    assert.deepEqual([bearer.status, bearer.body.error], [401, 'invalid_token'])
    assert.equal(await isSignedIn(person), false)
  })

  it('another password by the administrator, and deletion, end the link', async () => {
    const { app } = await start()
    const call = anyone(app)
    for (const end of [
      () => app.rest('PATCH', '/User/my-user', { password: 'set by the operator' }),
      () => app.rest('DELETE', '/User/my-user'),
    ]) {
      const { token } = await forceReset(app, 'my-user')
      assert.equal((await end()).status, 200)
      const answer = await call(RESET, { token, newPassword: NEXT })
      assert.deepEqual(coded(answer), [400, 'password_reset_token_invalid'])
    }
  })

  it('lets the password be tried again after too many wrong ones', async () => {
    const { app } = await start()
    for (let n = 0; n < 6; n++) await signIn(app, `wrong ${n}`)
    assert.equal((await signIn(app, 'password')).status, 429)
    const { token } = await forceReset(app, 'my-user')
    await anyone(app)(RESET, { token, newPassword: NEXT })
    assert.equal((await signIn(app, NEXT)).status, 303)
  })
})

describe('A reset of somebody with a second factor', () => {
  const enrolled = async () => {
    const { app, person } = await start()
    const { key } = await enable(app, person)
    app.clock.advance(STEP)
    const { token, path } = await forceReset(app, 'my-user')
    return { app, key, token, path, call: anyone(app) }
  }

  it('needs a code first, then sets the password within a minute by what the code gave', async () => {
    const { app, key, token, call } = await enrolled()
    assert.deepEqual(coded(await call(RESET, { token, newPassword: NEXT })), [403, 'mfa_required'])
    const wrong = await call(CONFIRM, { token, totp: wrongCodeOf(app, key) })
    assert.deepEqual(coded(wrong), [400, 'totp_invalid'])
    assert.match(String((await call(CONFIRM, { token })).body.error_description), /^totp: /)
    const passwordSetToken = setToken(await call(CONFIRM, { token, totp: codeOf(app, key) }))
    const twice = await call(CONFIRM, { token, totp: codeOf(app, key) })
    assert.deepEqual(coded(twice), [400, 'totp_invalid'])
    assert.deepEqual(coded(await call(RESET, { token, newPassword: NEXT })), [403, 'mfa_required'])
    const step = await call(CONFIRM, { token: passwordSetToken, totp: codeOf(app, key) })
    assert.deepEqual(coded(step), [400, 'password_reset_token_invalid'])
    app.clock.advance(MINUTE)
    const late = await call(RESET, { token: passwordSetToken, newPassword: NEXT })
    assert.deepEqual(coded(late), [400, 'password_reset_token_invalid'])
    const next = setToken(await call(CONFIRM, { token, totp: codeOf(app, key) }))
    app.clock.advance(MINUTE - 1)
    const done = await call(RESET, { token: next, newPassword: NEXT })
    assert.deepEqual(coded(done), [200, 'password_reset_completed'])
    for (const used of [token, next])
      assert.deepEqual(coded(await call(RESET, { token: used, newPassword: 'yet another one' })), [
        400,
        'password_reset_token_invalid',
      ])
    assert.equal((await signIn(app, NEXT)).location, '/auth/login/2fa/confirm')
  })

  it('a newer code replaces what an older one gave, also beyond the end of the link', async () => {
    const { app, key, token, call } = await enrolled()
    const first = setToken(await call(CONFIRM, { token, totp: codeOf(app, key) }))
    app.clock.advance(15 * MINUTE - STEP - 1)
    const second = setToken(await call(CONFIRM, { token, totp: codeOf(app, key) }))
    app.clock.advance(STEP + 2)
    assert.deepEqual(coded(await call(CONFIRM, { token, totp: codeOf(app, key) })), [
      400,
      'password_reset_token_invalid',
    ])
    assert.equal((await call(RESET, { token: first, newPassword: NEXT })).status, 400)
    assert.equal((await call(RESET, { token: second, newPassword: NEXT })).status, 200)
  })

  it('counts wrong codes with all others: five, then nothing is tried, at no door', async () => {
    const { app, key, token, call } = await enrolled()
    for (let n = 0; n < 5; n++)
      assert.deepEqual(coded(await call(CONFIRM, { token, totp: wrongCodeOf(app, key) })), [
        400,
        'totp_invalid',
      ])
    const blocked = await call(CONFIRM, { token, totp: codeOf(app, key) })
    assert.equal(blocked.status, 429)
    assert(Number(blocked.headers.get('retry-after')) > 0)
    const again = await forceReset(app, 'my-user')
    assert.equal((await call(CONFIRM, { token: again.token, totp: codeOf(app, key) })).status, 429)
  })

  it('has a code sent where the webhook sends codes, and by a link that is alive alone', async () => {
    const codes: string[] = []
    const port = await listenHttp(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      codes.push((JSON.parse(body) as { token: string }).token)
      response.end()
    })
    const { app, token, path, call } = await enrolled()
    await app.configure({ webhook: { endpoint: `http://127.0.0.1:${port}/`, timeout: 2000 } })
    const dead = await call(`${CONFIRM}/send`, { token: `${token}x` })
    assert.deepEqual(coded(dead), [400, 'password_reset_token_invalid'])
    const person = app.person()
    const form = await person.visit(path)
    assert.deepEqual(codes, [])
    const sent = await person.follow(await person.submit(form, {}, '/send'))
    assert.match(sent.body, /We sent you a code/)
    const again = await call(`${CONFIRM}/send`, { token })
    assert.deepEqual(again.body.data, { delivery: { state: 'sent', resend_after: 30 } })
    assert.equal(codes.length, 1)
    assert.equal((await person.submit(sent, { totp: codes[0] ?? '' }, CONFIRM)).status, 303)
  })

  it('a link from before the factor is not enough after it was added', async () => {
    const { app } = await start()
    const { token } = await forceReset(app, 'my-user')
    const secretKey = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    await app.rest('PATCH', '/User/my-user', { twoFactor: { enabled: true, secretKey } })
    assert.deepEqual(coded(await anyone(app)(RESET, { token, newPassword: NEXT })), [403, 'mfa_required'])
  })
})
