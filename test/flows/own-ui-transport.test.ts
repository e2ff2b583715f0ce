import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callFrom, keyOf, startWithApp, told } from '../support/own-ui.ts'
import { listenHttp, portWithoutListener } from '../support/servers.ts'

const STEP = 30_000
const REQUEST = '/auth/two-factor/request'
const CONFIRM = '/auth/two-factor/confirm'
const DISABLE = '/auth/two-factor/disable'

interface Message {
  readonly user: Readonly<Record<string, unknown>>
  readonly token: string
}

const startReceived = async (answer: () => number = () => 200) => {
  const messages: Message[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    messages.push(JSON.parse(body) as Message)
    response.writeHead(answer()).end()
  })
  const all = await startWithApp()
  await all.app.configure({
    webhook: { endpoint: `http://127.0.0.1:${port}/`, timeout: 2000, when: 'transport' },
  })
  return { ...all, messages }
}

it('request with a transport sends the first code, and from its confirmation on codes come that way', async () => {
  const { app, call, messages } = await startReceived()
  assert.deepEqual(told(await call(REQUEST, { transport: 'sms' })), [200, {}])
  const [first] = messages
  assert.equal(first?.user.id, 'my-user')
  assert.deepEqual(first?.user.twoFactor, { enabled: false, transport: 'sms' })
  assert.match(first?.token ?? '', /^[0-9]{6}$/)
  assert.equal('secretKey' in (first?.user ?? {}), false)
  assert.deepEqual(told(await call(CONFIRM, { token: first?.token ?? '' })), [200, {}])
  assert.deepEqual((await app.twoFactor.read(['my-user'])).get('my-user'), {
    enabled: true,
    transport: 'sms',
  })

  app.clock.advance(STEP)
  const sent = await call(`${DISABLE}/send`)
  assert.deepEqual(told(sent), [200, { delivery: { state: 'sent', resend_after: 30 } }])
  assert.deepEqual(messages[1]?.user.twoFactor, { enabled: true, transport: 'sms' })
  assert.deepEqual(told(await call(DISABLE, { token: messages[1]?.token ?? '' })), [200, {}])
  assert.equal((await call(`${DISABLE}/send`)).body.error, 'not_enabled')
})

it('sends one code in thirty seconds, whoever asks, and says when the next can be asked for', async () => {
  const { app, person, call, messages } = await startReceived()
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => call(REQUEST, { transport: 'sms' })),
    callFrom(person)(REQUEST, { transport: 'sms' }),
  ])
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ status }) => status === 429).length, 6)
  assert.equal(messages.length, 1)
  const early = await call(REQUEST, { transport: 'sms' })
  assert.deepEqual([early.status, early.headers.get('retry-after')], [429, '30'])
  app.clock.advance(STEP)
  assert.equal((await call(REQUEST, { transport: 'sms' })).status, 200)
  assert.equal(messages.length, 2)
})

it('tells that a code could not be sent, and a key can be asked for instead', async () => {
  const { app, call } = await startReceived(() => 500)
  const failed = await call(REQUEST, { transport: 'sms' })
  assert.equal(failed.status, 503)
  assert.equal(failed.body.error, 'temporarily_unavailable')
  assert.equal(failed.headers.get('retry-after'), '30')
  const endpoint = `http://127.0.0.1:${await portWithoutListener()}/`
  await app.configure({ webhook: { endpoint, timeout: 500 } })
  app.clock.advance(STEP)
  assert.equal((await call(REQUEST, { transport: 'sms' })).status, 503)
  keyOf(await call(REQUEST))
})

it('names the transport where there is no webhook, and begins nothing', async () => {
  const { app, call } = await startWithApp()
  const refused = await call(REQUEST, { transport: 'sms' })
  assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_request'])
  assert.match(String(refused.body.error_description), /^transport/)
  assert.equal((await app.twoFactor.read(['my-user'])).size, 0)
})

it('takes the transport back when the key is asked for without one', async () => {
  const { app, call, messages } = await startReceived()
  await call(REQUEST, { transport: 'sms' })
  keyOf(await call(REQUEST, { transport: '' }))
  assert.deepEqual(told(await call(CONFIRM, { token: messages[0]?.token ?? '' })), [200, {}])
  assert.deepEqual((await app.twoFactor.read(['my-user'])).get('my-user'), { enabled: true })
})
