// The examples that the REST console offers: each is what the documentation says, and works as it stands.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseExamples } from '../../console/src/pages/rest/examples.ts'
import { toExchange } from '../../console/src/pages/rest/to-exchange.ts'
import { parseRequests } from '../../src/console/command/request-text.ts'
import { PUBLIC_URL, startRest } from '../support/rest.ts'
import { SEED_AUTH_CONFIG, SEED_CLIENT, SEED_USER } from '../support/seed.ts'

const EXAMPLES = parseExamples(
  readFileSync(new URL('../../docs/rest-examples.http', import.meta.url), 'utf8'),
)

test('the first three are those of the page the project began with, character by character', () => {
  assert.deepEqual(
    EXAMPLES.slice(0, 3).map(({ text }) => text),
    [
      `PUT AuthConfig/myconfig\n${SEED_AUTH_CONFIG}`,
      `PUT /Client/mywebapp\n${SEED_CLIENT}`,
      `PUT /User/my-user\n${SEED_USER}`,
    ],
  )
})

test('each has an address of its own and one request', () => {
  assert.equal(new Set(EXAMPLES.map(({ id }) => id)).size, EXAMPLES.length)
  for (const { id, group, title, text } of EXAMPLES) {
    assert.match(id, /^[a-z][a-z0-9-]+$/)
    assert.ok(group !== '' && title !== '', id)
    const { requests, faults } = parseRequests(text)
    assert.deepEqual([requests.length, faults], [1, []], id)
  }
})

test('each is answered as an administrator in a browser would want, one after the other', async () => {
  const app = await startRest()
  const cookie = await app.signIn('admin')
  for (const { id, text } of EXAMPLES) {
    const [request] = parseRequests(text).requests
    assert.ok(request)
    const exchange = toExchange(request, PUBLIC_URL)
    assert.ok(exchange.kind === 'ready')
    const { method, path, headers = {}, body } = exchange.asked
    const answer = await app.request(path, {
      method,
      redirect: 'manual',
      headers: { ...headers, cookie, origin: PUBLIC_URL },
      ...(body === undefined ? {} : { body }),
    })
    assert.ok(answer.status < 400, `${id}: ${answer.status} ${await answer.text()}`)
  }
})
