import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { CODE_PATH, PASSWORD, startTarget } from '../support/attack.ts'
import type { Person } from '../support/person.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const AGAIN = '/auth/login?prompt=login'
const ANN = { userName: 'Ann', email: 'Ann@Example.org' }
const SPELLINGS = ['ann', 'Ann', 'ann@example.org', 'ANN@EXAMPLE.ORG', '  ann ', '\tAnn', 'aNN@example.ORG ']

/** How many answers were compared with the right one, rather than turned away. */
const tried = (target: Target, event: string): number =>
  target.rows(
    `select id from audit_event where event = '${event}' and outcome = 'failure' and reason not in ('throttled', 'disabled')`,
  ).length

const signInWithCode = async (target: Target, person: Person, token = target.code()): Promise<boolean> => {
  const page = await target.atCodePage(person, 'ann', AGAIN)
  return (await person.submit(page, { token }, '/confirm')).location === '/'
}

test('a thousand wrong codes at once: five are tried, whatever the attempt, session, name and address', async () => {
  const target = await startTarget()
  await target.addUser('ann', true, ANN)
  const owner = target.person()
  assert.equal(await signInWithCode(target, owner), true)
  target.clock.advance(MINUTE)
  const statuses = new Map<number, number>()
  for (let n = 0; n < 50; n += 1) {
    const thief = target.person(`198.51.${n}.1`)
    const page = await target.atCodePage(thief, SPELLINGS[n % SPELLINGS.length] ?? '')
    const visits = await Promise.all(
      Array.from({ length: 20 }, (_, k) => {
        const browser = k % 2 === 0 ? thief : thief.clone()
        const headers = { 'x-forwarded-for': `203.0.113.${k}, 198.51.${n}.${k}` }
        const body = new URLSearchParams({
          csrf: page.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? '',
          token: k === 0 && n > 5 ? target.code() : String(900_000 + n * 20 + k),
        })
        return browser.send(CODE_PATH, {
          method: 'POST',
          body: body.toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        })
      }),
    )
    for (const { status } of visits) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    assert.equal(await target.isSignedIn(thief), false)
  }
  assert.equal(tried(target, 'second-factor-check'), 5)
  assert.ok((statuses.get(429) ?? 0) >= 900, JSON.stringify([...statuses]))
  assert.equal(await signInWithCode(target, owner), true, 'the owner, from a known browser, meanwhile')
})

test('six hours of guessing every five minutes try seventeen codes, and right passwords in between reset nothing', async () => {
  const target = await startTarget()
  await target.addUser('ann', true, ANN)
  for (let n = 0; n < (6 * HOUR) / (5 * MINUTE); n += 1) {
    const thief = target.person(`198.51.100.${n % 250}`)
    const page = await target.atCodePage(thief, SPELLINGS[n % SPELLINGS.length] ?? '')
    for (let k = 0; k < 3; k += 1) await thief.submit(page, { token: target.wrongCode() }, '/confirm')
    target.clock.advance(5 * MINUTE)
  }
  const count = tried(target, 'second-factor-check')
  assert.ok(count >= 12 && count <= 17, String(count))
})

test('wrong passwords do not lock the code, and wrong codes do not lock the password', async () => {
  const target = await startTarget()
  await target.addUser('ann', true, ANN)
  const person = target.person()
  const page = await target.atCodePage(person, 'ann')
  for (let n = 0; n < 6; n += 1) await target.logIn(target.person(), 'Ann', 'wrong')
  assert.equal((await target.logIn(target.person(), 'ann')).status, 429)
  assert.equal((await person.submit(page, { token: target.code() }, '/confirm')).location, '/')

  target.clock.advance(MINUTE)
  const thief = target.person()
  const thiefPage = await target.atCodePage(thief, 'ann')
  for (let n = 0; n < 6; n += 1) await thief.submit(thiefPage, { token: target.wrongCode() }, '/confirm')
  const stranger = target.person()
  const refused = await stranger.submit(
    await target.atCodePage(stranger, 'ann'),
    { token: target.code() },
    '/confirm',
  )
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '30')
  assert.match(refused.body, /Try again in 30 seconds/)
})

const wrongCodesInARow = async (target: Target, times: number): Promise<void> => {
  for (let n = 0; n < times; n += 1) {
    const thief = target.person()
    const page = await target.atCodePage(thief, 'ann')
    await thief.submit(page, { token: target.wrongCode() }, '/confirm')
    target.clock.advance(HOUR)
  }
}

test('a hundred wrong codes in a row end the factor until an administrator unlocks or resets it', async () => {
  const target = await startTarget()
  await target.addUser('ann', true, ANN)
  const owner = target.person()
  assert.equal(await signInWithCode(target, owner), true)
  target.clock.advance(MINUTE)
  const patch = (body: object) => target.rest('PATCH', '/User/ann', body)
  await wrongCodesInARow(target, 2)
  // What writes users regularly must not help who guesses.
  assert.equal((await patch({ twoFactor: { enabled: true } })).status, 200)
  target.countAsWrong('account:totp:ann', 98)
  await wrongCodesInARow(target, 3)
  assert.equal(tried(target, 'second-factor-check'), 4)
  target.clock.advance(80 * 24 * HOUR)
  const stranger = target.person()
  const page = await target.atCodePage(stranger, 'ann')
  const refused = await stranger.submit(page, { token: target.code() }, '/confirm')
  assert.equal(refused.status, 429)
  assert.ok(refused.headers.has('retry-after'))
  assert.match(refused.body, /Ask your administrator/)
  assert.equal(await signInWithCode(target, owner), true, 'the owner’s browser has a budget of its own')

  target.clock.advance(MINUTE)
  assert.equal((await patch({ twoFactor: { enabled: true } })).status, 200)
  assert.equal(target.rows("select id from audit_event where event = 'factor-unlock'").length, 1)
  assert.equal(await signInWithCode(target, target.person()), true)
})

test('a hundred wrong passwords in a row are undone by writing the password, the same or a new one', async () => {
  for (const password of [PASSWORD, 'a new password']) {
    const target = await startTarget()
    await target.addUser('ann', false, ANN)
    await target.logIn(target.person(), 'Ann', 'wrong')
    target.countAsWrong('account:password:ann', 99)
    assert.equal((await target.logIn(target.person(), 'Ann@example.org', 'wrong')).status, 422)
    target.clock.advance(80 * 24 * HOUR)
    const refused = await target.logIn(target.person(), 'ann')
    assert.equal(refused.status, 429)
    assert.ok(refused.headers.has('retry-after'))
    assert.match(refused.body, /Ask your administrator/)
    await target.rest('PATCH', '/User/ann', { displayName: 'Ann' })
    assert.equal((await target.logIn(target.person(), 'ann')).status, 429)
    assert.equal((await target.rest('PATCH', '/User/ann', { password })).status, 200)
    assert.equal((await target.logIn(target.person(), 'ann', password)).location, '/')
  }
})

test('a restart forgets no count, no used code and no known browser', async () => {
  const target = await startTarget()
  await target.addUser('ann', true, ANN)
  const owner = target.person()
  const used = target.code()
  assert.equal(await signInWithCode(target, owner), true)
  const thief = target.person('198.51.100.1')
  const page = await target.atCodePage(thief, 'ann')
  for (let n = 0; n < 5; n += 1) await thief.submit(page, { token: target.wrongCode() }, '/confirm')
  await target.stop()

  const again = await startTarget({ directory: target.directory, clock: target.clock })
  const stranger = again.person('198.51.100.2')
  const visit = await stranger.submit(await again.atCodePage(stranger, 'ann'), { token: used }, '/confirm')
  assert.equal(visit.status, 429)
  assert.equal(visit.headers.get('retry-after'), '30')
  const back = again.person()
  for (const [name, value] of owner.cookies) back.cookies.set(name, value)
  assert.equal(await again.isSignedIn(back), true)
  assert.equal(await signInWithCode(again, back, used), false)
  again.clock.advance(30_000)
  assert.equal(await signInWithCode(again, back), true)
})
