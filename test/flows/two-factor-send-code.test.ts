import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { DISABLE, LOGIN, post, STEP, startTarget } from '../support/attack.ts'
import { listenHttp, portWithoutListener } from '../support/servers.ts'

const SEND = `${DISABLE}/send`

const receiver = async () => {
  const codes: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    codes.push((JSON.parse(body) as { token: string }).token)
    response.end()
  })
  return { codes, endpoint: `http://127.0.0.1:${port}/` }
}

/** Somebody signed in with a code, two steps ago. */
const signedIn = async (target: Target) => {
  await target.addUser('ann')
  const ann = target.person()
  await ann.submit(await target.atCodePage(ann, 'ann'), { token: target.code() }, '/confirm')
  target.clock.advance(2 * STEP)
  return ann
}

test('who gets codes by webhook has one sent to disable with, and the code is the right one', async () => {
  const { codes, endpoint } = await receiver()
  const target = await startTarget({ webhook: { endpoint, timeout: 2000 } })
  const ann = await signedIn(target)
  codes.length = 0
  const page = await ann.visit(DISABLE)
  assert.match(page.body, /Send me a code/)
  assert.deepEqual(codes, [])
  const sent = await ann.submit(page, {}, SEND)
  assert.equal(sent.status, 303)
  assert.equal(sent.location, DISABLE)
  const after = await ann.follow(sent)
  assert.match(after.body, /We sent you a code/)
  assert.match(after.body, /In 30 seconds, <a href="\/auth\/two-factor\/disable">open this page again/)
  assert.doesNotMatch(after.body, /Send me a code/)
  assert.deepEqual(codes, [target.code()])
  assert.equal((await ann.submit(after, { token: codes[0] ?? '' }, DISABLE)).location, '/auth/two-factor')
})

test('a code is sent at most every thirty seconds, however often and in however many browsers it is asked for', async () => {
  const { codes, endpoint } = await receiver()
  const target = await startTarget({ webhook: { endpoint, timeout: 2000 } })
  const ann = await signedIn(target)
  codes.length = 0
  const page = await ann.visit(DISABLE)
  await Promise.all(Array.from({ length: 20 }, () => ann.clone().submit(page, {}, SEND)))
  assert.equal(codes.length, 1)
  target.clock.advance(STEP - 1)
  await ann.submit(page, {}, SEND)
  assert.equal(codes.length, 1)
  target.clock.advance(1)
  await ann.submit(page, {}, SEND)
  assert.equal(codes.length, 2)
})

test('a used step is not sent again, and the page says when the next can be', async () => {
  const { codes, endpoint } = await receiver()
  const target = await startTarget({ webhook: { endpoint, timeout: 2000 } })
  await target.addUser('ann')
  const ann = target.person()
  await ann.submit(await target.atCodePage(ann, 'ann'), { token: target.code() }, '/confirm')
  codes.length = 0
  const visit = await ann.follow(await ann.submit(await ann.visit(DISABLE), {}, SEND))
  assert.match(visit.body, /The next one can be sent in/)
  assert.deepEqual(codes, [])
  target.clock.advance(STEP)
  await ann.submit(await ann.visit(DISABLE), {}, SEND)
  assert.deepEqual(codes, [target.code()])
})

test('a failed delivery is said, and the authenticator’s code works meanwhile', async () => {
  const endpoint = `http://127.0.0.1:${await portWithoutListener()}/`
  const target = await startTarget({ webhook: { endpoint, timeout: 500 } })
  const ann = await signedIn(target)
  const visit = await ann.follow(await ann.submit(await ann.visit(DISABLE), {}, SEND))
  assert.match(visit.body, /We could not send you a code/)
  assert.equal((await ann.submit(visit, { token: target.code() }, DISABLE)).location, '/auth/two-factor')
})

test('nothing is offered without a webhook, or sent without a session or from elsewhere', async () => {
  const { codes, endpoint } = await receiver()
  const target = await startTarget()
  const ann = await signedIn(target)
  assert.doesNotMatch((await ann.visit(DISABLE)).body, /Send me a code/)
  await target.rest('PUT', '/AuthConfig/settings', { twoFactor: { webhook: { endpoint, timeout: 2000 } } })
  const page = await ann.visit(DISABLE)
  const csrf = encodeURIComponent(page.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? '')
  for (const [body, headers] of [
    ['csrf=x', {}],
    [`csrf=${csrf}`, { 'sec-fetch-site': 'cross-site' }],
    [`csrf=${csrf}`, { origin: 'https://elsewhere.example' }],
  ] as const)
    assert.equal((await post(ann, target, SEND, body, headers)).status, 403)
  const nobody = ann.clone()
  nobody.cookies.delete('ASID')
  const visit = await post(nobody, target, SEND, `csrf=${csrf}`)
  assert.equal(new URL(visit.location ?? '', target.url).pathname, LOGIN)
  assert.equal((await ann.send(SEND)).status, 405)
  assert.deepEqual(codes, [])
})
