import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../support/test-app.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml' }

test('programs that use a wrong method or address are told in the words of that endpoint', async () => {
  const server = await startTestApp()
  const ask = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await server.fetch(new Request(`${server.url}${path}`, { method, headers }))
    return { status: response.status, allow: response.headers.get('allow'), body: await response.text() }
  }
  const token = await ask('GET', '/auth/token')
  assert.deepEqual([token.status, token.allow], [405, 'POST, OPTIONS'])
  assert.equal(JSON.parse(token.body).error, 'invalid_request')
  const unknown = await ask('GET', '/.well-known/nothing')
  assert.equal(unknown.status, 404)
  assert.equal(JSON.parse(unknown.body).error, 'invalid_request')
  const resource = await ask('DELETE', '/health')
  assert.equal(resource.status, 405)
  assert.equal(JSON.parse(resource.body).resourceType, 'OperationOutcome')
  const page = await ask('DELETE', '/auth/login', BROWSER)
  assert.equal(page.status, 405)
  assert.match(page.body, /<!doctype html>/)
})
