import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Person, Visit } from '../support/person.ts'
import type { TwoFactorApp } from '../support/two-factor-app.ts'
import { codeOf, DISABLE, ENABLE, enable, keyOn, start } from '../support/two-factor-steps.ts'

test('nobody signed in: browsers are sent to sign in and back, others are told 401', async () => {
  const { app } = await start()
  for (const path of ['/auth/two-factor', ENABLE, '/auth/two-factor/disable']) {
    for (const method of path === '/auth/two-factor' ? ['GET'] : ['GET', 'POST']) {
      const answer = await app.person().send(path, { method })
      assert.equal(answer.status, 303)
      const target = new URL(answer.location ?? '', app.url)
      assert.equal(target.pathname, '/auth/login')
      assert.equal(atob(target.searchParams.get('redirect_to') ?? ''), path)
      assert.equal(
        (await app.person().send(path, { method, headers: { accept: 'application/json' } })).status,
        401,
      )
      assert.equal(
        (await app.person().send(path, { method, headers: { authorization: 'Bearer x' } })).status,
        401,
      )
    }
  }
})

test('a form from elsewhere changes nothing', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const token = codeOf(app, keyOn(visit))
  const csrf = visit.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
  const post = (body: string, headers: Record<string, string> = {}) =>
    person.send(ENABLE, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  assert.equal((await post(`token=${token}`)).status, 403)
  assert.equal((await post(`token=${token}&csrf=${csrf}x`)).status, 403)
  assert.equal((await post(`token=${token}&csrf=${csrf}`, { origin: 'https://evil.example' })).status, 403)
  assert.equal((await post(`token=${token}&csrf=${csrf}`, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await app.twoFactor.read(['my-user'])).get('my-user')?.enabled, false)
})

test('HEAD begins no enrolment', async () => {
  const { app, person } = await start()
  const answer = await person.send(ENABLE, { method: 'HEAD' })
  assert.equal(answer.status, 200)
  assert.equal((await app.twoFactor.read(['my-user'])).size, 0)
})

test('input that is no code is refused with a page, never with a fault of ours', async () => {
  const shapes = [
    'token=',
    'token=12345',
    'token=1234567',
    'token=1e5',
    'token=-12345',
    'token=%D9%A0%D9%A8%D9%A1%D9%A8%D9%A0%D9%A4',
    'token[]=123456',
    'token[$ne]=',
    'other=1',
    `token=${'1'.repeat(10_240)}`,
  ]
  const refused = ['token=123456&token=123456', 'token=%00', 'token=%ff', 'token=%']
  for (const shape of [...shapes, ...refused]) {
    const { person } = await start()
    const csrf = (await person.visit(ENABLE)).page.querySelector('input[name=csrf]')?.getAttribute('value')
    const answer = await person.send(ENABLE, {
      method: 'POST',
      body: `${shape}&csrf=${csrf}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.equal(answer.status, shapes.includes(shape) ? 422 : 400, shape.slice(0, 40))
  }
  for (const [body, type] of [
    ['{"token":123456}', 'application/json'],
    ['--x', 'multipart/form-data; boundary=x'],
  ] as const) {
    const { person } = await start()
    assert.equal(
      (await person.send(ENABLE, { method: 'POST', body, headers: { 'content-type': type } })).status,
      415,
    )
  }
})

test('hostile names on the pages are inert', async () => {
  const { app } = await start()
  await app.addUser({ id: 'eve', userName: '"><svg onload=alert(1)>', email: '"><img src=x>@example.org' })
  await app.configure({ issuerName: '"><script>alert(1)</script>' })
  const eve = await app.signIn('eve')
  const settings = await eve.visit('/auth/two-factor')
  assert.equal(settings.page.querySelector('svg[onload]'), null)
  const enabling = await eve.visit(ENABLE)
  assert.equal(enabling.page.querySelector('script, img, svg[onload]'), null)
})

/** Sends a form whose body arrives only when `arrive` is called. */
const sendSlowly = (person: Person, path: string, fields: Readonly<Record<string, string>>) => {
  const arrived = Promise.withResolvers<void>()
  const body = new ReadableStream({
    pull: async (stream) => {
      await arrived.promise
      stream.enqueue(new TextEncoder().encode(new URLSearchParams(fields).toString()))
      stream.close()
    },
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  // NOTE: Node's fetch wants `duplex` for a stream, which the DOM's type does not know.
  const init = { method: 'POST', body, headers, duplex: 'half' }
  return { answer: person.send(path, init as RequestInit), arrive: arrived.resolve }
}

const csrfOn = (visit: Visit): string =>
  visit.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''

const endSessions = (app: TwoFactorApp) =>
  app.database.transact(app.stores.sessions.endAllOfUserSteps('my-user', 'sign-out', app.clock.now()))

test('who signs out while a stolen cookie enables two-factor has it not enabled', async () => {
  const { app, person } = await start()
  const visit = await person.visit(ENABLE)
  const slow = sendSlowly(person.clone(), ENABLE, { csrf: csrfOn(visit), token: codeOf(app, keyOn(visit)) })
  await new Promise(setImmediate)
  await endSessions(app)
  slow.arrive()
  assert.match((await slow.answer).location ?? '', /^\/auth\/login/)
  assert.equal((await app.twoFactor.read(['my-user'])).get('my-user')?.enabled, false)
})

test('who signs out while a stolen cookie disables two-factor keeps it', async () => {
  const { app, person } = await start()
  const { key } = await enable(app, person)
  app.clock.advance(30_000)
  const visit = await person.visit(DISABLE)
  const slow = sendSlowly(person.clone(), DISABLE, { csrf: csrfOn(visit), token: codeOf(app, key) })
  await new Promise(setImmediate)
  await endSessions(app)
  slow.arrive()
  assert.equal((await slow.answer).status, 422)
  assert.equal((await app.twoFactor.read(['my-user'])).get('my-user')?.enabled, true)
})
