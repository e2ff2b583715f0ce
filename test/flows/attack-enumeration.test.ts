import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import type { Target } from '../support/attack.ts'
import { csrfOf, LOGIN, PASSWORD, post, startTarget } from '../support/attack.ts'
import type { Visit } from '../support/person.ts'
import { listenHttp } from '../support/servers.ts'

/** scrypt of `password`, as other servers keep it. */
const IMPORTED = '$s0$f0801$AAECAwQFBgcICQoLDA0ODw==$K/gjePbExfjBPZ6zI0UvnjegYpH8ALL1r66PytIvM+M='
const UNKNOWN = 'nobody'
const NAMES = [
  UNKNOWN,
  'known',
  'with-code',
  'inactive',
  'passwordless',
  'imported',
  'a@b.example',
  'x'.repeat(600),
]

const addEverybody = async (target: Target): Promise<void> => {
  await target.addUser('known', false)
  await target.addUser('with-code')
  await target.addUser('inactive', false, { inactive: true })
  await target.rest('PUT', '/User/passwordless', { displayName: 'No password' })
  await target.rest('PUT', '/User/imported', { password: IMPORTED })
}

/** An answer without what differs between any two: the name as typed, tokens, dates, ids of requests. */
const looksOf = (visit: Visit, name: string, csrf: string) => ({
  status: visit.status,
  body: visit.body.replaceAll(csrf, 'CSRF').replaceAll(name, 'NAME'),
  headers: [...visit.headers]
    .filter(([header]) => header !== 'x-request-id' && header !== 'date')
    .map(([header, value]) => [header, value.replaceAll(/ASFLOW=[^;]+/g, 'ASFLOW=')]),
})

const guess = async (target: Target, n: number, name: string, password: string, accept?: string) => {
  const person = target.person(`198.51.100.${n}`)
  const csrf = csrfOf(await person.visit(LOGIN))
  const body = new URLSearchParams({ csrf, username: name, password }).toString()
  const visit = await post(person, target, LOGIN, body, accept === undefined ? {} : { accept })
  return { csrf, visit, looks: looksOf(visit, name, csrf) }
}

for (const accept of ['text/html', 'application/json'])
  test(`no answer tells which accounts exist: ${accept}`, async () => {
    const target = await startTarget()
    await addEverybody(target)
    const [unknown, ...others] = NAMES
    // The sixth answer is the one that says to wait: for names of nobody too.
    for (let round = 0; round < 6; round += 1) {
      const { looks } = await guess(target, 100 + round, unknown ?? '', 'wrong', accept)
      assert.equal(looks.status, round === 5 ? 429 : accept === 'text/html' ? 422 : 400)
      for (const [n, name] of others.entries()) {
        const other = await guess(target, n, name, 'wrong', accept)
        assert.deepEqual(other.looks, looks, `${name.slice(0, 20)}, round ${round}`)
      }
    }
  })

test('another spelling of a name is counted with the first, whether there is such an account or not', async () => {
  const target = await startTarget()
  await target.rest('PUT', '/User/u1', { userName: 'Ann@Corp.example', password: PASSWORD })
  await target.rest('PUT', '/User/u2', { email: 'Bob@Corp.example', password: PASSWORD })
  for (const name of ['Ann@Corp.example', 'Bob@Corp.example', 'Eve@Corp.example']) {
    for (let n = 0; n < 5; n += 1) await guess(target, n, name, 'wrong')
    const { visit } = await guess(target, 9, name.toLowerCase(), 'wrong')
    assert.equal(visit.status, 429, name)
  }
})

test('the right password of an inactive user looks like a wrong one on the page', async () => {
  const target = await startTarget()
  await addEverybody(target)
  const wrong = await guess(target, 1, 'known', 'wrong')
  const right = await guess(target, 2, 'inactive', PASSWORD)
  assert.deepEqual(right.looks, wrong.looks)
})

test('every failure takes the same time, whatever hash it took', async () => {
  const pauses: number[] = []
  const target = await startTarget({
    clock: { ...systemClock, advance: () => {} },
    pause: async (milliseconds) => void pauses.push(milliseconds),
    // NOTE: at full cost, so that what a hash takes shows.
    hasher: await openPasswordHasher(systemRandom),
  })
  await addEverybody(target)
  for (const [n, name] of NAMES.entries()) {
    pauses.length = 0
    const startedAt = performance.now()
    await guess(target, n, name, name === 'inactive' ? PASSWORD : 'wrong')
    const elapsed = performance.now() - startedAt
    assert.equal(pauses.length, 1, name)
    const [pause = 0] = pauses
    // What the hash took is not waited for once more, and nothing but the rest of a second is.
    assert.ok(pause < 1000 - 2 && pause + elapsed >= 1000 - 2, `${name}: ${pause} + ${elapsed}`)
  }
  pauses.length = 0
  const person = target.person()
  assert.equal((await target.logIn(person, 'imported')).location, '/')
  assert.deepEqual(pauses, [])
})

test('the webhook is called for right passwords of users with two-factor, and for nobody else', async () => {
  const called: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    called.push((JSON.parse(body) as { user: { id: string } }).user.id)
    response.end()
  })
  const target = await startTarget({ webhook: { endpoint: `http://127.0.0.1:${port}/`, timeout: 2000 } })
  await addEverybody(target)
  await target.addUser('inactive-with-code', true, { inactive: true })
  for (const [n, name] of [...NAMES, 'inactive-with-code'].entries()) await guess(target, n, name, 'wrong')
  for (const [n, name] of ['known', 'inactive', 'imported', 'inactive-with-code'].entries())
    await guess(target, 50 + n, name, PASSWORD)
  assert.deepEqual(called, [])
  await target.atCodePage(target.person(), 'with-code')
  assert.deepEqual(called, ['with-code'])
})
