import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import {
  CODE_PATH,
  csrfOf,
  DISABLE,
  ENABLE,
  FORM,
  LOGIN,
  PASSWORD,
  post,
  STEP,
  startTarget,
} from '../support/attack.ts'
import type { Person } from '../support/person.ts'

const LOGOUT = '/auth/logout'
const GRANT = '/auth/grant'
const OAUTH = 'client_id=partner&response_type=code'

/** All that is stored, but what only grows: the events. */
const stateOf = (target: Target): string => {
  const tables = target
    .rows(
      "select name from sqlite_master where type = 'table' and name not in ('audit_event', 'schema_migration')",
    )
    .map(({ name }) => String(name))
  return JSON.stringify(tables.map((name) => [name, target.rows(`select * from "${name}"`)]))
}

const addPartner = (target: Target) =>
  target.rest('PUT', '/Client/partner', {
    secret: 'verysecret',
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri: 'https://partner.example/cb' } },
  })

/** Somebody signed in with 2FA, somebody without, and somebody at the code page; each with what their form needs. */
const everybody = async (target: Target) => {
  await addPartner(target)
  await target.addUser('ann')
  await target.addUser('bob', false)
  const half = target.person()
  await target.atCodePage(half, 'ann')
  const ann = target.person()
  await ann.submit(await target.atCodePage(ann, 'ann'), { token: target.code() }, '/confirm')
  const bob = target.person()
  await target.logIn(bob, 'bob')
  await bob.visit(ENABLE)
  const key = (await bob.visit(ENABLE)).page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? ''
  const grant = await bob.visit(`/auth/authorize?${OAUTH}`)
  const request =
    grant.page.querySelector('input[name=request]')?.getAttribute('value') ?? assert.fail(grant.body)
  target.clock.advance(STEP)
  const nobody = target.person()
  await nobody.visit(LOGIN)
  return { ann, bob, half, nobody, key, request }
}

type Everybody = Awaited<ReturnType<typeof everybody>>

/** Every form there is, filled in as its owner would. */
const forms = (target: Target, { ann, bob, half, nobody, key, request }: Everybody) => {
  const list: readonly (readonly [Person, string, string])[] = [
    [nobody, LOGIN, `username=bob&password=${PASSWORD}`],
    [half, CODE_PATH, `token=${target.code()}`],
    [half, '/auth/login/2fa/refresh', ''],
    [ann, LOGOUT, ''],
    [ann, `${DISABLE}/send`, ''],
    [ann, DISABLE, `token=${target.code()}&end_other_sessions=true`],
    [bob, `${ENABLE}/confirm-password`, `password=${PASSWORD}`],
    [bob, ENABLE, `token=${target.code(0, key)}&end_other_sessions=true`],
    [bob, GRANT, `request=${request}&user=bob&decision=allow`],
  ]
  return list
}

test('no form works without its token, with one of another browser, or sent from elsewhere; nothing changes', async () => {
  const target = await startTarget()
  const all = await everybody(target)
  const foreign = encodeURIComponent(csrfOf(await target.person().visit(LOGIN)))
  const before = stateOf(target)
  for (const [person, path, body] of forms(target, all)) {
    const own = encodeURIComponent(
      csrfOf(await person.visit(path === GRANT ? `${GRANT}?request=${all.request}` : pageOf(path))),
    )
    for (const [csrf, headers] of [
      [undefined, {}],
      ['', {}],
      ['x', {}],
      [foreign, {}],
      [`${own}x`, {}],
      [own, { 'sec-fetch-site': 'cross-site' }],
      [own, { 'sec-fetch-site': 'same-site' }],
      [own, { origin: 'https://evil.example' }],
      [own, { origin: `${target.url}.evil.example` }],
      [own, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ] as const) {
      const sent = csrf === undefined ? body : `csrf=${csrf}&${body}`
      const visit = await post(person, target, path, sent, headers)
      assert.equal(visit.status, 403, `${path} ${csrf} ${JSON.stringify(headers)}`)
      assert.equal(
        visit.headers.getSetCookie().some((line) => line.startsWith('ASID')),
        false,
      )
    }
  }
  assert.equal(stateOf(target), before)
})

/** Where the form of a path is. */
const pageOf = (path: string): string =>
  path.replace('/refresh', '/confirm').replace('/send', '').replace('/confirm-password', '')

test('the same forms work when their owner sends them', async () => {
  const target = await startTarget()
  const all = await everybody(target)
  for (const [person, path, body] of forms(target, all).filter(
    ([, path]) => path !== LOGOUT && path !== CODE_PATH,
  )) {
    const visited = await person.visit(path === GRANT ? `${GRANT}?request=${all.request}` : pageOf(path))
    const before = stateOf(target)
    const csrf = encodeURIComponent(csrfOf(visited))
    const visit = await post(person, target, path, `csrf=${csrf}&${body}`)
    assert.equal(visit.status, 303, `${path} ${visit.body}`)
    if (!(path.endsWith('/refresh') || path.endsWith('/send') || path.endsWith('/confirm-password')))
      assert.notEqual(stateOf(target), before, path)
  }
})

test('looking changes nothing, whatever the query says: GET, HEAD and OPTIONS', async () => {
  const target = await startTarget()
  const all = await everybody(target)
  const list = forms(target, all)
  const csrfs: string[] = []
  for (const [person, path] of list)
    csrfs.push(csrfOf(await person.visit(path === GRANT ? `${GRANT}?request=${all.request}` : pageOf(path))))
  const before = stateOf(target)
  for (const [n, [person, path, body]] of list.entries())
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const query = `${body}&csrf=${encodeURIComponent(csrfs[n] ?? '')}&_method=POST`
      const visit = await person.send(`${path}?${query}`, {
        method,
        headers: { 'x-http-method-override': 'POST' },
      })
      assert.ok(visit.status < 500, `${method} ${path}`)
    }
  for (const person of [all.ann, all.half, all.nobody])
    for (const path of ['/', '/auth/two-factor', LOGOUT, CODE_PATH, '/auth/userinfo', '/User/ann', '/User'])
      await person.send(path)
  for (const path of [`/auth/authorize?${OAUTH}`, `${LOGIN}?${OAUTH}`, ENABLE])
    for (const person of [all.ann, all.nobody]) await person.send(path, { method: 'HEAD' })
  assert.equal(stateOf(target), before)
})

test('nobody is signed in under a session that was there before: neither by the password nor by the code', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  await target.addUser('bob', false)
  const fixed = 'A'.repeat(43)
  const bob = target.person()
  bob.cookies.set('ASID', fixed)
  await target.logIn(bob, 'bob')
  assert.notEqual(bob.cookies.get('ASID'), fixed)
  assert.equal(await target.isSignedIn(bob), true)

  const mallory = target.person()
  await target.logIn(mallory, 'bob')
  const planted = mallory.cookies.get('ASID') ?? ''
  const ann = target.person()
  const page = await target.atCodePage(ann, 'ann')
  ann.cookies.set('ASID', planted)
  await ann.submit(page, { token: target.code() }, '/confirm')
  assert.notEqual(ann.cookies.get('ASID'), planted)
  assert.match((await ann.visit('/')).body, /ann/)
  for (const old of [fixed, planted]) {
    const thief = target.person()
    thief.cookies.set('ASID', old)
    assert.equal(await target.isSignedIn(thief), false)
  }
})

test('logging out ends the session on the server, with its tokens; a copy of every cookie is worth nothing', async () => {
  const target = await startTarget()
  await target.addUser('bob', false)
  const bob = target.person()
  await target.logIn(bob, 'bob')
  const granted = await bob.send('/auth/authorize?client_id=mywebapp&response_type=code')
  const redeem = (grant: Record<string, string>) =>
    target.fetch(
      new Request(`${target.url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': FORM },
        body: new URLSearchParams({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
      }),
    )
  const code = new URL(granted.location ?? '').searchParams.get('code') ?? ''
  const tokens = (await (await redeem({ grant_type: 'authorization_code', code })).json()) as Record<
    string,
    string
  >
  const late = await bob.send('/auth/authorize?client_id=mywebapp&response_type=code')
  const copy = bob.clone()
  await bob.submit(await bob.visit(LOGOUT), {})
  for (const path of [
    '/',
    '/auth/two-factor',
    DISABLE,
    '/auth/authorize?client_id=mywebapp&response_type=code',
  ])
    assert.match((await copy.send(path)).location ?? '', /^\/auth\/login/, path)
  const lateCode = new URL(late.location ?? '').searchParams.get('code') ?? ''
  assert.equal((await redeem({ grant_type: 'authorization_code', code: lateCode })).status, 400)
  assert.equal(
    (await redeem({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })).status,
    400,
  )
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  assert.equal((await copy.send('/auth/userinfo', { headers })).status, 401)
})
