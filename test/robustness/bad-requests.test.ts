import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { ServerProcess } from '../support/server-process.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from '../support/server-process.ts'
import type { BadRequest } from './garbage.ts'
import { badRequest, createDice } from './garbage.ts'

const REQUESTS = 3000
const LANES = 8
const SEED = 20_260_101

let server: ServerProcess
before(async () => {
  server = await startServerProcess()
})

const send = async (request: BadRequest): Promise<void> => {
  const { method, headers, body = null } = request
  const response = await fetch(`${server.url}${request.path}`, { method, headers, body, redirect: 'manual' })
  const text = await response.text()
  const shown = JSON.stringify({
    ...request,
    body: body === null ? null : Buffer.from(body).toString('latin1').slice(0, 300),
  })
  assert.ok(response.status < 500, `${response.status} for ${shown}: ${text.slice(0, 300)}`)
  assert.doesNotMatch(text, /\.ts:\d+|node:internal|SQLITE|syntax error at or near/, shown)
  assert.ok(response.headers.has('x-request-id') && response.headers.has('x-content-type-options'), shown)
  if (response.status >= 400 && method !== 'HEAD')
    assert.notEqual(text, '', `${response.status} says nothing: ${shown}`)
}

test('thousands of seeded bad requests get answers below 500 that say why, and memory stays flat', async () => {
  const dice = createDice(SEED)
  const requests = Array.from({ length: REQUESTS }, () => badRequest(dice, ROOT_AUTHORIZATION))
  const lanes = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        for (let at = from + lane; at < to; at += LANES) {
          const request = requests[at]
          if (request !== undefined) await send(request)
        }
      }),
    )
  await lanes(0, REQUESTS / 3)
  const warm = server.residentMegabytes()
  await lanes(REQUESTS / 3, REQUESTS)
  const grown = server.residentMegabytes() - warm
  assert.ok(grown < 200, `grew by ${grown} MB`)
  assert.deepEqual(await (await fetch(`${server.url}/health`)).json(), { status: 'pass' })
  assert.doesNotMatch(server.output(), /unexpected error|unhandled rejection/)
})

test('bodies of 10 MB and documents made to hurt are refused by name', async () => {
  const put = (body: string, type: string): Promise<Response> =>
    fetch(`${server.url}/User/hostile`, {
      method: 'PUT',
      headers: { authorization: ROOT_AUTHORIZATION, 'content-type': type },
      body,
    })
  const cases: readonly (readonly [body: string, type: string, status: number, said: RegExp])[] = [
    ['x'.repeat(10_000_000), 'application/json', 413, /1048576/],
    [`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'application/json', 400, /nested deeper/],
    ['[', 'application/json', 400, /not valid JSON/],
    ['- '.repeat(500_000), 'text/yaml', 400, /nested deeper/],
    [`a: &a [1]\nb: [${'*a,'.repeat(50)}]`, 'text/yaml', 400, /aliases/],
    ['{"userName":"a","userName":"b"}', 'application/json', 400, /userName: |twice/],
    ['{"data":{"__proto__":{"admin":true}}}', 'application/json', 400, /__proto__/],
    ['{"userName":"\\ud800"}', 'application/json', 400, /surrogate/],
    ['{}', 'text/plain', 415, /application\/json/],
    ['{}', 'application/json; charset=utf-16', 415, /UTF-8/],
    ['[]', 'application/json', 422, /object/],
    ['"text"', 'application/json', 422, /object/],
  ]
  for (const [body, type, status, said] of cases) {
    const response = await put(body, type)
    const text = await response.text()
    const isRefused = response.status === status || (status === 422 && response.status === 400)
    assert.ok(isRefused, `${body.slice(0, 40)} as ${type}: ${response.status} ${text}`)
    assert.match(text, said)
  }
  const user = await fetch(`${server.url}/User/hostile`, { headers: { authorization: ROOT_AUTHORIZATION } })
  assert.equal(user.status, 404)
})
