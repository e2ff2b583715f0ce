import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORM, LOGIN, startTarget } from '../support/attack.ts'
import type { Visit } from '../support/person.ts'

const ENABLE = '/auth/two-factor/enable'

const linkOf = (visit: Visit): string =>
  visit.page.querySelector('main a')?.getAttribute('href') ?? assert.fail(visit.body)

test('a form of before the last sign-in leads, by a link, to one that works', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  const stale = await ann.visit(ENABLE)
  await ann.submit(await ann.visit('/auth/logout'), {})
  await target.logIn(ann, 'ann')
  const refused = await ann.submit(stale, { token: '000000' }, ENABLE)
  assert.equal(refused.status, 403)
  assert.match(refused.body, /Open the page again/)
  assert.doesNotMatch(refused.body, /reload/i)
  const opened = await ann.visit(linkOf(refused))
  assert.equal(opened.status, 200)
  assert.equal((await ann.submit(opened, { token: '000000' }, ENABLE)).status, 422)
})

test('a refused form leads to its own path, or where that takes no GET to the nearest above, and repeats no query', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  const page = { 'content-type': FORM, accept: 'text/html' }
  for (const [path, opens] of [
    [`${LOGIN}?client_id=evil&token="><script>`, LOGIN],
    ['/auth/login/2fa/refresh', LOGIN],
    ['/auth/login/2fa/confirm', '/auth/login/2fa/confirm'],
    ['/auth/login/2fa/step-up', '/auth/login/2fa/step-up'],
    ['/auth/two-factor/disable/send', '/auth/two-factor/disable'],
    ['/auth/end-session/confirm', '/auth/end-session'],
    ['/auth/logout', '/auth/logout'],
    ['/auth/sessions?done', '/auth/sessions'],
    ['/auth/grant?request=abc', '/auth/grant'],
    ['/auth/change-password', '/auth/change-password'],
  ] as const)
    for (const origin of [target.url, 'https://evil.example']) {
      const body = new URLSearchParams({ csrf: 'old', end: 'all', username: 'ann', password: 'x' }).toString()
      const refused = await ann.send(path, { method: 'POST', headers: { ...page, origin }, body })
      assert.equal(refused.status, 403, path)
      assert.equal(linkOf(refused), opens)
      assert.doesNotMatch(refused.body, /<script|evil/)
    }
})

test('a page that was answered to a wrong code leads by a link to itself, not by a reload', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  const wrong = await ann.submit(await ann.visit(ENABLE), { token: '000000' }, ENABLE)
  assert.equal(wrong.status, 422)
  assert.equal(wrong.page.querySelector('main > .cs-hint a')?.getAttribute('href'), ENABLE)
  assert.doesNotMatch(wrong.body, /reload/i)
})
