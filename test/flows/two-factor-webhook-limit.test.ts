import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STEP, startTarget } from '../support/attack.ts'
import { listenHttp } from '../support/servers.ts'

const startReceived = async (pastCodes = 1) => {
  const codes: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    codes.push((JSON.parse(body) as { token: string }).token)
    response.end()
  })
  const webhook = { endpoint: `http://127.0.0.1:${port}/`, timeout: 2000 }
  const target = await startTarget({ webhook, pastCodes })
  await target.addUser('ann')
  return { codes, target }
}

test('who knows a password has one code sent in thirty seconds, however many sign-ins they begin', async () => {
  const { codes, target } = await startReceived()
  for (let n = 0; n < 4; n++) {
    const page = await target.atCodePage(target.person(`192.0.2.${n + 1}`), 'ann')
    assert.match(page.body, /We sent you a code/)
  }
  await Promise.all(
    Array.from({ length: 8 }, async (_, n) => target.atCodePage(target.person(`198.51.100.${n + 1}`), 'ann')),
  )
  assert.equal(codes.length, 1)
  target.clock.advance(STEP - 1)
  await target.atCodePage(target.person(), 'ann')
  assert.equal(codes.length, 1)
  target.clock.advance(1)
  const page = await target.atCodePage(target.person(), 'ann')
  assert.deepEqual(codes.slice(1), [target.code()])
  assert.match(page.body, /In 30 seconds, <a [^>]+>open this page again<\/a> to send another/)
  const audited = target.rows("select reason from audit_event where event = 'two-factor-delivery'")
  assert.equal(audited.filter(({ reason }) => reason === 'sent-already').length, 1)
})

test('a code that was used keeps nobody waiting for the next one', async () => {
  const { codes, target } = await startReceived()
  target.clock.advance(STEP - (target.clock.now().getTime() % STEP) - 1000)
  const ann = target.person()
  await ann.submit(await target.atCodePage(ann, 'ann'), { token: target.code() }, '/confirm')
  target.clock.advance(2000)
  const other = target.person()
  const page = await target.atCodePage(other, 'ann')
  assert.deepEqual(codes.slice(1), [target.code()])
  await other.submit(page, { token: codes[1] ?? '' }, '/confirm')
  assert.equal(await target.isSignedIn(other), true)
})

test('where only the current code is right, the next is sent as soon as the one before is over', async () => {
  const { codes, target } = await startReceived(0)
  target.clock.advance(STEP - (target.clock.now().getTime() % STEP) - 1000)
  await target.atCodePage(target.person(), 'ann')
  target.clock.advance(2000)
  const ann = target.person()
  const page = await target.atCodePage(ann, 'ann')
  assert.equal(codes.length, 2)
  await ann.submit(page, { token: codes[1] ?? '' }, '/confirm')
  assert.equal(await target.isSignedIn(ann), true)
})

test('a new key has its own code sent at once', async () => {
  const { codes, target } = await startReceived()
  await target.atCodePage(target.person(), 'ann')
  const secretKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await target.rest('PATCH', '/User/ann', { twoFactor: { enabled: true, secretKey } })
  await target.atCodePage(target.person(), 'ann')
  assert.deepEqual(codes.slice(1), [target.code(0, secretKey)])
})
