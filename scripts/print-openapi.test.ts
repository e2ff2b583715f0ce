import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startTestApp } from '../test/support/test-app.ts'

const printed = readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8')

test('docs/openapi.json is what the server says; print it anew with: node scripts/print-openapi.ts', async () => {
  const app = await startTestApp()
  const answer = await app.fetch(new Request(`${app.url}/openapi.json`))
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.deepEqual(await answer.json(), JSON.parse(printed))
})

test('/openapi.json names the server that was asked, is for scripts of every origin, and is sent once', async () => {
  const app = await startTestApp({ url: 'https://id.example' })
  const ask = (headers: Readonly<Record<string, string>>) =>
    app.fetch(new Request('https://id.example/openapi.json', { headers }))
  const answer = await ask({ origin: 'https://editor.example' })
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=300')
  assert.deepEqual(((await answer.json()) as { servers: unknown }).servers, [{ url: 'https://id.example' }])
  const again = await ask({ 'if-none-match': answer.headers.get('etag') ?? '' })
  assert.equal(again.status, 304)
  assert.equal(await again.text(), '')
})

test('docs/openapi.json is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(printed))
  assert.deepEqual(
    { valid, errors, version: validator.version },
    { valid: true, errors: undefined, version: '3.1' },
  )
  const referred = [...printed.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].map(([, group, name]) => [
    group,
    name,
  ])
  const { components } = JSON.parse(printed) as { components: Record<string, Record<string, unknown>> }
  assert.deepEqual(
    referred.filter(([group = '', name = '']) => components[group]?.[name] === undefined),
    [],
  )
})

test('every described path and method answers, and no other method does', async () => {
  const app = await startTestApp()
  const { paths } = JSON.parse(printed) as { paths: Record<string, Record<string, unknown>> }
  for (const [path, item] of Object.entries(paths)) {
    const target = path.replace('{id}', 'x').replace('{version}', '1')
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const headers = { accept: 'application/json' }
      const asked = `${method.toUpperCase()} ${path}`
      if (Object.hasOwn(item, method)) {
        // NOTE: without credentials, so that a 404 cannot mean that there is no such resource.
        const { status } = await app.fetch(
          new Request(`${app.url}${target}`, { method: method.toUpperCase(), headers }),
        )
        assert(status !== 404 && status !== 405, `${asked} answers ${status}`)
      } else if (!path.includes('/_')) {
        // NOTE: `/User/_search` is also the place of a resource with an impossible id.
        // NOTE: a write of a whole type is a 400 that says to name the resource.
        const { status } = await app.rest(method.toUpperCase(), target, undefined, headers)
        assert(status === 405 || status === 400, `${asked} answers ${status}`)
      }
    }
  }
})
