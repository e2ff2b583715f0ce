import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, ENABLE, enable, keyOn, start, wrongCodeOf } from '../support/two-factor-steps.ts'

const MINUTE = 60_000

test('whoever scans and enters the code comes to the settings page, and two-factor is on', async () => {
  const { app, person } = await start()
  const { answer } = await enable(app, person)
  assert.deepEqual([answer.status, answer.location], [303, '/auth/two-factor'])
  const settings = await person.follow(answer)
  assert.match(settings.page.text, /Two-factor is on/)
  assert.deepEqual(await app.twoFactor.read(['my-user']), new Map([['my-user', { enabled: true }]]))
})

test('the page carries the documented URI, its QR code and the key', async () => {
  const { person } = await start()
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  assert.match(key, /^[A-Z2-7]{32}$/)
  const uri = visit.page.querySelector('a[href^="otpauth:"]')?.getAttribute('href')
  assert.equal(uri, `otpauth://totp/my-app:me@example.org?secret=${key}&issuer=my-app`)
  assert.ok(visit.page.querySelector('svg path'))
  assert.equal(visit.headers.get('cache-control'), 'no-store')
})

test('a reload shows the same key, another browser another, an expired one a new one', async () => {
  const { app, person } = await start()
  const key = keyOn(await person.visit(ENABLE))
  assert.equal(keyOn(await person.visit(ENABLE)), key)
  const elsewhere = await app.signIn('my-user')
  assert.notEqual(keyOn(await elsewhere.visit(ENABLE)), key)
  app.clock.advance(15 * MINUTE)
  const later = await app.signIn('my-user')
  later.cookies.set('ASID', person.cookies.get('ASID') ?? '')
  const asked = await later.visit(ENABLE)
  const proven = await later.submit(asked, { password: 'password' }, 'confirm-password')
  assert.notEqual(keyOn(await later.follow(proven)), key)
})

test('a code of another session or another user confirms nothing', async () => {
  const { app, person } = await start()
  const otherTab = await app.signIn('my-user')
  const bob = await app.signIn('bob')
  const key = keyOn(await person.visit(ENABLE))
  for (const other of [otherTab, bob]) {
    const answer = await other.submit(await other.visit(ENABLE), { token: codeOf(app, key) }, ENABLE)
    assert.equal(answer.status, 422)
  }
  assert.deepEqual(
    [...(await app.twoFactor.read(['my-user', 'bob'])).values()],
    [{ enabled: false }, { enabled: false }],
  )
})

test('user ids in path, query and form are ignored', async () => {
  const { app, person } = await start()
  const visit = await person.visit(`${ENABLE}?user=bob&userId=bob`)
  const answer = await person.submit(
    visit,
    { token: codeOf(app, keyOn(visit)), user: 'bob', id: 'bob', userId: 'bob' },
    ENABLE,
  )
  assert.equal(answer.status, 303)
  assert.deepEqual(await app.twoFactor.read(['my-user', 'bob']), new Map([['my-user', { enabled: true }]]))
  assert.equal((await person.send(`${ENABLE}/bob`)).status, 404)
})

test('the code that enabled two-factor does not sign in; the next one does, once', async () => {
  const { app, person } = await start()
  const { key } = await enable(app, person)
  assert.equal(await app.useCode('my-user', codeOf(app, key)), false)
  assert.equal(await app.useCode('my-user', codeOf(app, key, -1)), false)
  app.clock.advance(30_000)
  assert.equal(await app.useCode('my-user', codeOf(app, key)), true)
  assert.equal(await app.useCode('my-user', codeOf(app, key)), false)
})

test('a wrong code changes nothing and shows the same key with a message', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  const answer = await person.submit(
    visit,
    { token: wrongCodeOf(app, key), end_other_sessions: 'on' },
    ENABLE,
  )
  assert.equal(answer.status, 422)
  assert.match(answer.page.text, /not right/)
  assert.ok(answer.page.querySelector('[name=end_other_sessions]')?.hasAttribute('checked'))
  assert.equal(keyOn(await person.visit(ENABLE)), key)
  assert.deepEqual(await app.twoFactor.read(['my-user']), new Map([['my-user', { enabled: false }]]))
})

test('codes of the past window are accepted, future ones are not', async () => {
  for (const [offset, status] of [
    [-1, 303],
    [-2, 422],
    [1, 422],
  ] as const) {
    const { app, person } = await start()
    const visit = await person.visit(ENABLE)
    const answer = await person.submit(visit, { token: codeOf(app, keyOn(visit), offset) }, ENABLE)
    assert.equal(answer.status, status, `${offset}`)
  }
})

test('after five wrong codes even the right one must wait, and the page says how long', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  for (let n = 0; n < 5; n++)
    assert.equal((await person.submit(visit, { token: wrongCodeOf(app, key) }, ENABLE)).status, 422)
  const blocked = await person.submit(visit, { token: codeOf(app, key) }, ENABLE)
  assert.deepEqual([blocked.status, blocked.headers.get('retry-after')], [429, '30'])
  assert.match(blocked.page.text, /30 seconds/)
  app.clock.advance(30_000)
  assert.equal((await person.submit(visit, { token: codeOf(app, key) }, ENABLE)).status, 303)
})

test('of twenty confirmations at once one enables, and all browsers see that it worked', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const token = codeOf(app, keyOn(visit))
  const answers = await Promise.all(Array.from({ length: 20 }, () => person.submit(visit, { token }, ENABLE)))
  assert.deepEqual(new Set(answers.map((answer) => answer.location)), new Set(['/auth/two-factor']))
  const enabled = (await app.audit()).filter(
    ({ event, outcome }) => event === 'two-factor-enable' && outcome === 'success',
  )
  assert.equal(enabled.length, 1)
})

test('where it is on, the page leads to the settings and the active secret stays', async () => {
  const { app, person } = await start()
  const { key } = await enable(app, person)
  const again = await person.send(ENABLE)
  assert.deepEqual([again.status, again.location], [303, '/auth/two-factor'])
  const other = await app.signIn('my-user')
  assert.equal((await other.send(ENABLE)).location, '/auth/two-factor')
  app.clock.advance(30_000)
  assert.equal(await app.useCode('my-user', codeOf(app, key)), true)
})

test('a sign-in older than ten minutes is asked for the password first, on GET and POST', async () => {
  const { app, person } = await start()
  const early = await person.visit(ENABLE)
  const key = keyOn(early)
  app.clock.advance(10 * MINUTE + 1)
  const late = await person.submit(early, { token: codeOf(app, key) }, ENABLE)
  assert.ok(late.page.querySelector('input[name=password]'), late.body)
  const asked = await person.visit(ENABLE)
  assert.equal(asked.page.querySelector('.cs-key'), null)
  const wrong = await person.submit(asked, { password: 'Password' }, 'confirm-password')
  assert.equal(wrong.status, 422)
  const proven = await person.submit(wrong, { password: 'password' }, 'confirm-password')
  assert.equal(proven.location, ENABLE)
  assert.equal(keyOn(await person.follow(proven)), key)
  assert.equal((await person.send('/auth/two-factor/enable/confirm-password')).location, ENABLE)
})

test('other sessions end when the user ticks so, and only then; this one goes on', async () => {
  for (const isTicked of [false, true]) {
    const { app, person } = await start()
    const other = await app.signIn('my-user')
    const bob = await app.signIn('bob')
    await enable(app, person, isTicked ? { end_other_sessions: 'on' } : {})
    assert.equal((await person.send('/auth/two-factor')).status, 200)
    assert.equal((await other.send('/auth/two-factor')).status, isTicked ? 303 : 200)
    assert.equal((await bob.send('/auth/two-factor')).status, 200)
  }
})

test('failures are recorded with the real reason, and no record holds a code or a key', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  const code = codeOf(app, key)
  const requestIds: (string | null)[] = []
  for (const token of ['12', wrongCodeOf(app, key), code])
    requestIds.push((await person.submit(visit, { token }, ENABLE)).headers.get('x-request-id'))
  const events = (await app.audit()).filter(({ event }) => event === 'two-factor-enable')
  assert.deepEqual(
    events
      .map(({ outcome, reason, user_id, actor, address, request_id }) => [
        outcome,
        reason,
        user_id,
        actor,
        address,
        request_id,
      ])
      .sort(),
    [
      ['failure', 'malformed', 'my-user', 'User/my-user', '192.0.2.1', requestIds[0]],
      ['failure', 'wrong', 'my-user', 'User/my-user', '192.0.2.1', requestIds[1]],
      ['success', null, 'my-user', 'User/my-user', '192.0.2.1', requestIds[2]],
    ],
  )
  assert.doesNotMatch(JSON.stringify(await app.audit()), new RegExp(`${key}|${code}`))
})
