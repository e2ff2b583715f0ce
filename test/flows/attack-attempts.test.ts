import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { CODE_PATH, csrfOf, LOGIN, PASSWORD, post, STEP, startTarget } from '../support/attack.ts'
import type { Person } from '../support/person.ts'

const OAUTH = 'client_id=mywebapp&response_type=code&state=s1'
const CALLBACK = 'http://localhost:3001'

test('an OAuth query changed between the steps has no effect', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  await target.rest('PUT', '/Client/other', {
    secret: 'othersecret-othersecret',
    first_party: true,
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri: 'https://other.example/cb' } },
  })
  const changed =
    'client_id=other&response_type=code&state=evil&redirect_uri=https%3A%2F%2Fother.example%2Fcb'
  const person = target.person()
  const login = await person.visit(`${LOGIN}?${OAUTH}`)
  const request = login.page.querySelector('input[name=request]')?.getAttribute('value') ?? ''
  const sent = `csrf=${encodeURIComponent(csrfOf(login))}&request=${request}&username=ann&password=${PASSWORD}`
  assert.equal((await post(person, target, `${LOGIN}?${changed}`, sent)).location, CODE_PATH)
  const csrf = encodeURIComponent(csrfOf(await person.visit(CODE_PATH)))
  const done = await post(
    person,
    target,
    `${CODE_PATH}?${changed}`,
    `csrf=${csrf}&request=${'x'.repeat(32)}&client_id=other&redirect_uri=https%3A%2F%2Fother.example&state=evil&redirect_to=%2Fx&token=${target.code()}`,
  )
  const location = new URL(done.location ?? '')
  assert.equal(location.origin, CALLBACK)
  assert.equal(location.searchParams.get('state'), 's1')
  assert.equal(location.searchParams.get('iss'), target.url)
})

const copyOf = (person: Person): Person => person.clone()

test('an attempt ends with the sign-out, with its completion, and with what changes the account', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const tryCode = async (person: Person, page: Awaited<ReturnType<Target['atCodePage']>>) => {
    await person.submit(page, { token: target.code() }, '/confirm')
    return target.isSignedIn(person)
  }
  const out = target.person()
  const outPage = await target.atCodePage(out, 'ann')
  const kept = copyOf(out)
  await post(out, target, '/auth/logout', `csrf=${encodeURIComponent(csrfOf(outPage))}`)
  assert.equal(await tryCode(kept, outPage), false)

  for (const [change, back] of [
    [{ inactive: true }, { inactive: false }],
    [{ password: 'another password' }, { password: PASSWORD }],
  ] as const) {
    const person = target.person()
    const page = await target.atCodePage(person, 'ann')
    assert.equal((await target.rest('PATCH', '/User/ann', change)).status, 200)
    assert.equal(await tryCode(person, page), false, JSON.stringify(change))
    assert.equal((await target.rest('PATCH', '/User/ann', back)).status, 200)
    assert.equal(await tryCode(person, page), false, 'the attempt does not come back to life')
  }

  const replaced = target.person()
  const replacedPage = await target.atCodePage(replaced, 'ann')
  const secretKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await target.rest('PATCH', '/User/ann', { twoFactor: { enabled: true, secretKey } })
  assert.equal(await tryCode(replaced, replacedPage), false, 'a code of the old key')
  await replaced.submit(replacedPage, { token: target.code(0, secretKey) }, '/confirm')
  assert.equal(await target.isSignedIn(replaced), false, 'a code of the new key')
  const off = target.person()
  const offPage = await target.atCodePage(off, 'ann')
  await target.rest('PATCH', '/User/ann', { twoFactor: { enabled: false } })
  assert.equal(await tryCode(off, offPage), false, 'nothing is left to prove it with')
  assert.equal((await target.rest('DELETE', '/User/ann')).status, 200)
  assert.equal((await off.send(CODE_PATH)).status, 303)
  assert.equal(target.rows("select id from session where ended_at is null and type = 'browser'").length, 0)
})

test('the session is always of who proved both, also over another one’s session, and the old one ends', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  await target.addUser('bob')
  const person = target.person()
  await target.logIn(person, 'ann')
  const asAnn = copyOf(person)
  const login = `${LOGIN}?${OAUTH}&prompt=login`
  const page = await target.atCodePage(person, 'bob', login)
  const silent = await person.send(`/auth/authorize?${OAUTH}&prompt=none`)
  assert.match(silent.location ?? '', /code=/, 'ann is still signed in, as ann')
  const done = await person.submit(page, { token: target.code() }, '/confirm')
  assert.match(done.location ?? '', /^http:\/\/localhost:3001\?code=/)
  assert.equal(await target.isSignedIn(asAnn), false)
  const codes = target.rows(
    'select user_id from session where code_hash is not null order by created_at, rowid',
  )
  assert.deepEqual(
    codes.map((row) => row.user_id),
    ['ann', 'bob'],
  )
  target.clock.advance(STEP)
  assert.match((await person.visit('/')).body, /bob/)
})
