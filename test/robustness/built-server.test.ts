import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { SERVER } from '../../scripts/build/server.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from '../support/server-process.ts'

let server: ServerProcess
before(async () => {
  server = await startServerProcess()
})

const open = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers: { authorization: ROOT_AUTHORIZATION, ...headers } })

test('the built server finds what lies beside its sources', async () => {
  const version = await (await open('/$version')).json()
  assert.equal(version.version, JSON.parse(readFileSync('package.json', 'utf8')).version)
  const login = await (await open('/auth/login')).text()
  const style = /href="(\/[^"]+\.css[^"]*)"/.exec(login)?.[1] ?? assert.fail(login)
  assert.equal((await open(style)).status, 200)
  assert.equal((await open('/console')).status, 200)
})

test('the built server refuses what only an error tells, as the sources do', async () => {
  assert.equal((await open('/auth/%ff')).status, 400)
})

test('the built server loads what it needs late', async () => {
  assert.match(await (await open('/User/admin', { accept: 'text/yaml' })).text(), /^resourceType: User$/m)
  assert.equal((await (await open('/openapi.json')).json()).openapi, '3.1.0')
  const body = 'resourceType: User\nid: from-yaml\n'
  const headers = { authorization: ROOT_AUTHORIZATION, 'content-type': 'text/yaml' }
  const put = await fetch(`${server.url}/User/from-yaml`, { method: 'PUT', headers, body })
  assert.equal(put.status, 201)
})

test('the built server tells where in the sources it failed to those who ask', () => {
  const map = JSON.parse(readFileSync(new URL('main.js.map', SERVER.folder), 'utf8'))
  assert.ok(map.sources.some((source: string) => source.endsWith('src/app.ts')))
})
