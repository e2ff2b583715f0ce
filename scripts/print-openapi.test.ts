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

test('no described path is missing, and no other method answers there', async () => {
  const { fetch, url } = await startTestApp()
  const { paths } = JSON.parse(printed) as { paths: Record<string, Record<string, unknown>> }
  for (const [path, item] of Object.entries(paths)) {
    const target = `${url}${path.replace('{id}', 'x').replace('{version}', '1')}`
    const methods = Object.keys(item).filter((key) => key !== 'parameters')
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const request = new Request(target, {
        method: method.toUpperCase(),
        headers: { accept: 'application/json' },
      })
      const { status } = await fetch(request)
      // NOTE: `/User/_search` is also the place of a resource with an impossible id.
      if (path.includes('/_') && !methods.includes(method)) continue
      const isThere = status !== 404 && status !== 405
      assert.equal(isThere, methods.includes(method), `${method} ${path} answers ${status}`)
    }
  }
})
