import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent, request } from 'undici'
import {
  ADMIN_PASSWORD,
  ROOT_AUTHORIZATION,
  ROOT_SECRET,
  startServerProcess,
} from '../support/server-process.ts'

test('SIGTERM under load: what is answered is whole, connections end, the exit code is 0 within 10 s', async () => {
  const server = await startServerProcess()
  const agent = new Agent({ connections: 8 })
  let answered = 0
  let isDown = false
  const load = Array.from({ length: 8 }, async () => {
    while (!isDown)
      try {
        const response = await request(`${server.url}/User/admin`, {
          dispatcher: agent,
          headers: { authorization: ROOT_AUTHORIZATION },
        })
        const body = await response.body.json()
        assert.equal(response.statusCode, 200)
        assert.equal((body as { readonly id: string }).id, 'admin')
        answered += 1
        if (answered === 50) server.signal('SIGTERM')
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        isDown = true
      }
  })
  const startedAt = process.hrtime.bigint()
  assert.equal(await server.exited, 0)
  assert.ok(Number(process.hrtime.bigint() - startedAt) / 1e9 < 10)
  await Promise.all(load)
  await agent.close()
  assert.ok(answered >= 50)
  await assert.rejects(fetch(`${server.url}/health`))
  for (const secret of [ADMIN_PASSWORD, ROOT_SECRET, ROOT_AUTHORIZATION])
    assert.ok(!server.output().includes(secret))
})

test('a bad environment stops the start with all its faults and no stack', async () => {
  const failed = await startServerProcess({ COUNTERSIGN_URL: 'nowhere', COUNTERSIGN_NAME: 'x' }).then(
    () => assert.fail('it started'),
    (error: Error) => error.message,
  )
  assert.match(failed, /ended with 1/)
  assert.match(failed, /COUNTERSIGN_URL: expected/)
  assert.match(failed, /COUNTERSIGN_NAME: there is no such setting/)
  assert.doesNotMatch(failed, /\.ts:\d+/)
})
