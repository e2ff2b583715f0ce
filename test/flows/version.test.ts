import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { startTestApp } from '../support/test-app.ts'

test('everybody may ask which version the server is', async () => {
  const app = await startTestApp()
  const answer = await app.fetch(new Request('http://localhost:8080/$version'))
  assert.equal(answer.status, 200)
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(await answer.json(), { version })
})
