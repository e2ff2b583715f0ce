import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startTestApp } from '../test/support/test-app.ts'
import { openapiDocument } from './openapi/document.ts'

const printed = readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8')

test('docs/openapi.json is what the source says; print it anew with: node scripts/print-openapi.ts', () => {
  assert.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify(openapiDocument())))
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
