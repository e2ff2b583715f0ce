import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import type { Person, Visit } from '../support/person.ts'
import { SEED_CLIENT } from '../support/seed.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestApp } from '../support/test-app.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const AUTHORIZE = '/auth/authorize?client_id=mywebapp&response_type=code'

const start = async (): Promise<TestApp> => {
  const server = await startTestApp()
  await server.rest('PUT', '/Client/mywebapp', SEED_CLIENT)
  const user = { password: 'password', twoFactor: { enabled: true, secretKey: SECRET } }
  assert.equal((await server.rest('PUT', '/User/my-user', user)).status, 201)
  return server
}

const enterPassword = async (person: Person): Promise<Visit> =>
  person.follow(
    await person.submit(await person.visit('/auth/login'), { username: 'my-user', password: 'password' }),
  )

const signIn = async (server: TestApp, person: Person, token?: string): Promise<Visit> =>
  person.submit(
    await enterPassword(person),
    { token: token ?? (await oathtoolCode(SECRET, server.clock.now())) },
    '/confirm',
  )

const redeem = async (server: TestApp, grant: Record<string, string>) => {
  const response = await server.fetch(
    new Request(`${server.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
    }),
  )
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const authorizationCode = async (person: Person): Promise<string> =>
  new URL((await person.send(AUTHORIZE)).location ?? '').searchParams.get('code') ?? ''

const isSignedIn = async (person: Person): Promise<boolean> =>
  (await person.send('/auth/two-factor')).status === 200

test('a clock put back an hour: a used code stays used, also when its time comes again, and sessions live on', async () => {
  const server = await start()
  const person = server.person()
  const used = await oathtoolCode(SECRET, server.clock.now())
  assert.equal((await signIn(server, person)).status, 303)
  server.clock.advance(-HOUR)
  assert.equal(await isSignedIn(person), true)
  const { body } = await redeem(server, {
    grant_type: 'authorization_code',
    code: await authorizationCode(person),
  })
  assert.equal(body.expires_in, 360)
  assert.equal((await signIn(server, server.person(), used)).status, 422)
  server.clock.advance(HOUR)
  assert.equal((await signIn(server, server.person(), used)).status, 422)
  server.clock.advance(30_000)
  assert.equal((await signIn(server, server.person())).status, 303)
})

test('a clock that ran a year ahead and is put right again does not lock anybody out for a year', async () => {
  const server = await start()
  server.clock.advance(365 * DAY)
  let answer = await enterPassword(server.person())
  for (let guess = 0; guess < 6; guess += 1) {
    const person = server.person()
    answer = await person.submit(await enterPassword(person), { token: '000000' }, '/confirm')
  }
  assert.equal(answer.status, 429)
  server.clock.advance(-365 * DAY)
  assert.equal((await signIn(server, server.person())).status, 303)
})

test('what a block lasts after the clock was put back is an hour at most', async () => {
  const server = await start()
  for (let guess = 0; guess < 5; guess += 1) {
    const person = server.person()
    await person.submit(await enterPassword(person), { token: '000000' }, '/confirm')
  }
  server.clock.advance(-HOUR / 2)
  const answer = await signIn(server, server.person())
  assert.equal(answer.status, 429)
  const wait = Number(answer.headers.get('retry-after'))
  assert.ok(wait > 0 && wait <= 3600, `${wait} s`)
})

test('a clock put forward a day ends codes, attempts, requests and access tokens', async () => {
  const server = await start()
  const owner = server.person()
  await signIn(server, owner)
  const code = await authorizationCode(owner)
  const { body } = await redeem(server, {
    grant_type: 'authorization_code',
    code: await authorizationCode(owner),
  })
  const half = server.person()
  const codePage = await enterPassword(half)
  const waiting = server.person()
  const login = await waiting.visit(AUTHORIZE)

  server.clock.advance(DAY)
  const answer = await half.submit(
    codePage,
    { token: await oathtoolCode(SECRET, server.clock.now()) },
    '/confirm',
  )
  assert.equal(answer.status, 303)
  assert.match(answer.location ?? '', /^\/auth\/login/)
  assert.equal(half.cookies.has('ASID'), false)
  assert.equal((await redeem(server, { grant_type: 'authorization_code', code })).status, 400)
  const authorization = `Bearer ${body.access_token}`
  const userinfo = await server.fetch(
    new Request(`${server.url}/auth/userinfo`, { headers: { authorization } }),
  )
  assert.equal(userinfo.status, 401)
  const late = await waiting.submit(login, { username: 'my-user', password: 'password' })
  assert.ok(!(late.location ?? '').startsWith('http://localhost:3001'), `to ${late.location}`)

  server.clock.advance(400 * DAY)
  assert.equal(await isSignedIn(owner), false)
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
  assert.equal((await redeem(server, refresh)).status, 400)
})
