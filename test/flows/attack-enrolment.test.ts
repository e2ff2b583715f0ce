import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { DISABLE, ENABLE, KEY, LOGIN, PASSWORD, startTarget } from '../support/attack.ts'
import type { Person, Visit } from '../support/person.ts'

const HOUR = 3_600_000
const SETTINGS = '/auth/two-factor'

const keyOn = (visit: Visit): string =>
  visit.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? assert.fail(visit.body)

const signIn = async (target: Target, name: string, address?: string): Promise<Person> => {
  const person = target.person(address)
  assert.equal((await target.logIn(person, name)).location, '/')
  return person
}

const enable = async (target: Target, person: Person, fields: Record<string, string> = {}) => {
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  const done = await person.submit(visit, { token: target.code(0, key), ...fields }, ENABLE)
  assert.equal(done.location, SETTINGS)
  return key
}

test('browsers that knew the password before count as strangers once a code is asked for', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const farm: Person[] = []
  for (let n = 0; n < 4; n += 1) farm.push(await signIn(target, 'ann', `198.51.100.${n}`))
  const owner = await signIn(target, 'ann')
  await enable(target, owner)
  const statuses: number[] = []
  for (const thief of farm)
    for (let n = 0; n < 3; n += 1) {
      const page = await target.atCodePage(thief, 'ann', '/auth/login?prompt=login')
      statuses.push((await thief.submit(page, { token: target.wrongCode() }, '/confirm')).status)
    }
  assert.equal(statuses.filter((status) => status === 422).length, 5)
  assert.equal(statuses.filter((status) => status === 429).length, 7)
})

test('the browser that enables stays known, also where everything else is signed out', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const owner = await signIn(target, 'ann')
  const other = await signIn(target, 'ann')
  const key = await enable(target, owner, { end_other_sessions: 'true' })
  assert.equal(await target.isSignedIn(other), false)
  const enabled = "event = 'two-factor-enable' and outcome = 'success'"
  assert.match(
    String(target.rows(`select detail from audit_event where ${enabled}`)[0]?.detail),
    /"endedOtherSessions":true/,
  )
  target.clock.advance(30_000)
  const stranger = target.person('198.51.100.1')
  const page = await target.atCodePage(stranger, 'ann')
  for (let n = 0; n < 6; n += 1) await stranger.submit(page, { token: target.wrongCode() }, '/confirm')
  const again = await target.atCodePage(owner, 'ann', '/auth/login?prompt=login')
  assert.equal((await owner.submit(again, { token: target.code(0, key) }, '/confirm')).location, '/')
})

test('a sign-in by password that runs while two-factor is enabled leaves no session behind', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const owner = await signIn(target, 'ann')
  const thieves = Array.from({ length: 12 }, () => target.person())
  const pages = await Promise.all(thieves.map((thief) => thief.visit(LOGIN)))
  const enabling = await owner.visit(ENABLE)
  const logins = thieves.map(async (thief, n) => {
    for (let turn = 0; turn < n; turn += 1) await new Promise(setImmediate)
    return thief.submit(pages[n] as Visit, { username: 'ann', password: PASSWORD })
  })
  await Promise.race(logins)
  const token = target.code(0, keyOn(enabling))
  await owner.submit(enabling, { token, end_other_sessions: 'true' }, ENABLE)
  await Promise.all(logins)
  for (const thief of thieves) assert.equal(await target.isSignedIn(thief), false)
  assert.equal(await target.isSignedIn(owner), true)
})

test('a pending key belongs to one session of one user, and counts for nothing until it is confirmed', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  await target.addUser('bob', false)
  const ann = await signIn(target, 'ann')
  const annElsewhere = await signIn(target, 'ann')
  const bob = await signIn(target, 'bob')
  const key = keyOn(await ann.visit(ENABLE))
  for (const other of [annElsewhere, bob]) {
    const visit = await other.visit(ENABLE)
    assert.notEqual(keyOn(visit), key)
    assert.equal((await other.submit(visit, { token: target.code(0, key) }, ENABLE)).status, 422)
  }
  // Begun and left: the next sign-in asks for nothing more.
  assert.equal(await target.isSignedIn(await signIn(target, 'ann')), true)
  const user = (await (await target.rest('GET', '/User/ann')).json()) as { twoFactor?: unknown }
  assert.deepEqual(user.twoFactor, { enabled: false })
  // Another user signs in in the same browser: what was pending is gone with the session.
  await target.logIn(ann, 'bob', PASSWORD, '/auth/login?prompt=login')
  const visit = await ann.visit(ENABLE)
  assert.notEqual(keyOn(visit), key)
  assert.equal((await ann.submit(visit, { token: target.code(0, key) }, ENABLE)).status, 422)
})

test('a key that a thief of the cookie was shown is not the one that the owner enrols after signing in again', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = await signIn(target, 'ann')
  const thief = ann.clone()
  const stolen = keyOn(await thief.visit(ENABLE))
  await target.logIn(ann, 'ann', PASSWORD, '/auth/login?prompt=login')
  assert.equal((await thief.send(ENABLE)).status, 303, 'the cookie is another one')
  assert.notEqual(await enable(target, ann), stolen)
})

test('an active key is neither shown nor replaced by opening or posting the enable page', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const ann = target.person()
  const page = await target.atCodePage(ann, 'ann')
  await ann.submit(page, { token: target.code() }, '/confirm')
  assert.equal((await ann.send(ENABLE)).location, SETTINGS)
  target.clock.advance(30_000)
  const settings = await ann.visit(DISABLE)
  const csrf = settings.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
  const forged = { ...settings, body: '', page: settings.page }
  forged.page.querySelector('form')?.setAttribute('action', ENABLE)
  const posted = await ann.submit(forged, { csrf, token: target.code() })
  assert.equal(posted.location, SETTINGS)
  const other = target.person()
  const code = await target.atCodePage(other, 'ann')
  assert.equal((await other.submit(code, { token: target.code(0, KEY) }, '/confirm')).location, '/')
})

test('enabling, disabling and enabling again works any number of times, each with a key of its own', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = await signIn(target, 'ann')
  const keys = new Set<string>()
  for (let round = 0; round < 3; round += 1) {
    const key = await enable(target, ann)
    keys.add(key)
    target.clock.advance(30_000)
    const other = target.person()
    const page = await target.atCodePage(other, 'ann')
    for (const old of keys)
      if (old !== key)
        assert.equal((await other.submit(page, { token: target.code(0, old) }, '/confirm')).status, 422)
    assert.equal((await other.submit(page, { token: target.code(0, key) }, '/confirm')).location, '/')
    target.clock.advance(30_000)
    const disabled = await ann.submit(await ann.visit(DISABLE), { token: target.code(0, key) }, DISABLE)
    assert.equal(disabled.location, SETTINGS)
    target.clock.advance(30_000)
  }
  assert.equal(keys.size, 3)
})

test('after a hundred wrong codes while enabling, an administrator lets the user try again', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = await signIn(target, 'ann')
  const enrolling = async (): Promise<Visit> => {
    const visit = await ann.visit(ENABLE)
    if (visit.page.querySelector('.cs-key') !== null) return visit
    return ann.follow(await ann.submit(visit, { password: PASSWORD }))
  }
  assert.equal((await ann.submit(await enrolling(), { token: '12' }, ENABLE)).status, 422)
  const [device] = target.rows("select key from throttle where key like 'device-in-a-row:totp:%'")
  target.countAsWrong(String(device?.key), 99)
  assert.equal((await ann.submit(await enrolling(), { token: '12' }, ENABLE)).status, 422)
  target.clock.advance(HOUR)
  const visit = await enrolling()
  const refused = await ann.submit(visit, { token: target.code(0, keyOn(visit)) }, ENABLE)
  assert.equal(refused.status, 429)
  assert.ok(refused.headers.has('retry-after'))
  assert.match(refused.body, /Ask your administrator/)
  assert.equal((await target.rest('PATCH', '/User/ann', { twoFactor: { enabled: false } })).status, 200)
  await enable(target, ann)
})
