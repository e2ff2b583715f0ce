import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, DISABLE, ENABLE, enable, keyOn, start, wrongCodeOf } from '../support/two-factor-steps.ts'

const STEP = 30_000

const startEnabled = async () => {
  const { app, person } = await start()
  const { key } = await enable(app, person)
  app.clock.advance(STEP)
  return { app, person, key }
}

test('a code switches two-factor off; the secret is gone and the attribute says so', async () => {
  const { app, person, key } = await startEnabled()
  const answer = await person.submit(await person.visit(DISABLE), { token: codeOf(app, key) }, DISABLE)
  assert.deepEqual([answer.status, answer.location], [303, '/auth/two-factor'])
  assert.match((await person.follow(answer)).page.text, /Two-factor is off/)
  assert.deepEqual(await app.twoFactor.read(['my-user']), new Map([['my-user', { enabled: false }]]))
  app.clock.advance(STEP)
  assert.equal(await app.useCode('my-user', codeOf(app, key)), false)
})

test('without a right code it stays on', async () => {
  const { app, person, key } = await startEnabled()
  const visit = await person.visit(DISABLE)
  for (const token of ['', '12345', wrongCodeOf(app, key), codeOf(app, key, -2), codeOf(app, key, 1)])
    assert.equal((await person.submit(visit, { token }, DISABLE)).status, 422, token)
  assert.equal(await app.factor.isEnrolled('my-user'), true)
})

test('a code that signed in does not disable, nor the other way round', async () => {
  const { app, person, key } = await startEnabled()
  assert.equal(await app.useCode('my-user', codeOf(app, key)), true)
  const visit = await person.visit(DISABLE)
  assert.equal((await person.submit(visit, { token: codeOf(app, key) }, DISABLE)).status, 422)
  app.clock.advance(STEP)
  const token = codeOf(app, key)
  const [left, right] = await Promise.all([
    app.useCode('my-user', token),
    person.submit(visit, { token }, DISABLE),
  ])
  assert.equal(Number(left) + Number(right.status === 303), 1)
})

test('wrong codes here and at sign-in share one budget', async () => {
  const { app, person, key } = await startEnabled()
  const visit = await person.visit(DISABLE)
  const wrong = wrongCodeOf(app, key)
  for (let n = 0; n < 5; n++) {
    if (n % 2 === 0) await person.submit(visit, { token: wrong }, DISABLE)
    else await app.factor.countWrong({ userId: 'my-user', answer: wrong, origin: app.origin }, [])
  }
  const blocked = await person.submit(visit, { token: codeOf(app, key) }, DISABLE)
  assert.deepEqual([blocked.status, blocked.headers.get('retry-after')], [429, '30'])
  assert.equal(await app.useCode('my-user', codeOf(app, key)), false)
})

test('sixty wrong codes at once are counted one by one', async () => {
  const { app, person, key } = await startEnabled()
  const visit = await person.visit(DISABLE)
  const token = wrongCodeOf(app, key)
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => person.submit(visit, { token }, DISABLE)),
  )
  assert.equal(answers.filter(({ status }) => status === 422).length, 5)
  assert.equal(answers.filter(({ status }) => status === 429).length, 55)
})

test('other sessions end when the user ticks so', async () => {
  const { app, person, key } = await startEnabled()
  const other = await app.signIn('my-user')
  const visit = await person.visit(DISABLE)
  await person.submit(visit, { token: codeOf(app, key), end_other_sessions: 'on' }, DISABLE)
  assert.equal((await other.send('/auth/two-factor')).status, 303)
  assert.equal((await person.send('/auth/two-factor')).status, 200)
})

test('where it is off already, the page leads to the settings', async () => {
  const { person } = await start()
  assert.equal((await person.send(DISABLE)).location, '/auth/two-factor')
})

test('another user cannot disable it, whatever ids are sent', async () => {
  const { app, key } = await startEnabled()
  const bob = await app.signIn('bob')
  const settings = await bob.visit(ENABLE)
  const csrf = settings.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
  const answer = await bob.send(`${DISABLE}?user=my-user`, {
    method: 'POST',
    body: new URLSearchParams({
      csrf,
      token: codeOf(app, key),
      user: 'my-user',
      userId: 'my-user',
      id: 'my-user',
    }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(answer.location, '/auth/two-factor')
  assert.equal(await app.factor.isEnrolled('my-user'), true)
})

test('enabling and disabling again and again works, with a new key each time', async () => {
  const { app, person } = await start()
  const keys = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const { key, answer } = await enable(app, person)
    assert.equal(answer.status, 303)
    keys.add(key)
    app.clock.advance(STEP)
    const disabled = await person.submit(await person.visit(DISABLE), { token: codeOf(app, key) }, DISABLE)
    assert.equal(disabled.status, 303)
  }
  assert.equal(keys.size, 3)
  assert.ok(!keys.has(keyOn(await person.visit(ENABLE))))
})
