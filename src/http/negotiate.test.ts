import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { prefersHtml, requestFormat, responseFormat } from './negotiate.ts'

const app = new Hono()
app.post('/in', (c) => c.json(requestFormat(c)))
app.get('/out', (c) => c.json(responseFormat(c)))
app.get('/html', (c) => c.json(prefersHtml(c)))
app.onError((error, c) => (error instanceof Problem ? c.json(error.details.kind) : c.text('bug', 500)))

const ask = async (path: string, headers: Record<string, string>): Promise<unknown> => {
  const method = path === '/in' ? 'POST' : 'GET'
  return (await app.request(path, { method, headers })).json()
}

test('what curl sends is sniffed, known types are taken at their word, others are refused', async () => {
  const sniffed = { format: 'sniff', patch: 'undeclared' }
  assert.deepEqual(await ask('/in', {}), sniffed)
  assert.deepEqual(await ask('/in', { 'content-type': '' }), sniffed)
  assert.deepEqual(await ask('/in', { 'content-type': 'application/x-www-form-urlencoded' }), sniffed)
  const known: readonly (readonly [string, string, string])[] = [
    ['application/json', 'json', 'undeclared'],
    ['Application/FHIR+JSON; charset="UTF-8"; fhirVersion=4.0', 'json', 'undeclared'],
    ['application/merge-patch+json', 'json', 'merge'],
    ['application/json-patch+json', 'json', 'json-patch'],
    ['text/yaml', 'yaml', 'undeclared'],
    ['application/x-yaml', 'yaml', 'undeclared'],
  ]
  for (const [type, format, patch] of known)
    assert.deepEqual(await ask('/in', { 'content-type': type }), { format, patch }, type)
  for (const type of [
    'text/plain',
    'multipart/form-data',
    'constructor',
    'a/b/c',
    'text/yaml; charset=utf-16',
  ])
    assert.equal(await ask('/in', { 'content-type': type }), 'unsupported-media-type', type)
})

test('the answer has the format that is wanted most; browsers and the undecided get JSON', async () => {
  const formats: readonly (readonly [string, string])[] = [
    ['text/yaml', 'yaml'],
    ['application/json;q=0.5, text/yaml', 'yaml'],
    ['text/yaml;q=0, */*', 'json'],
    ['application/fhir+json', 'json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'json'],
    ['image/png, */*;q=0.1', 'json'],
    ['', 'json'],
    ['*/*', 'json'],
  ]
  for (const [accept, format] of formats)
    assert.equal(((await ask('/out', { accept })) as { readonly format: string }).format, format, accept)
  for (const accept of ['image/png', 'application/json;q=0', 'application/fhir+xml'])
    assert.equal(await ask('/out', { accept }), 'not-acceptable', accept)
  const byQuery = async (query: string): Promise<unknown> =>
    (await app.request(`/out?_format=${query}`, { headers: { accept: 'application/json' } })).json()
  assert.equal(((await byQuery('yaml')) as { readonly format: string }).format, 'yaml')
  assert.deepEqual(await byQuery('application/fhir+json'), {
    format: 'json',
    contentType: 'application/fhir+json; charset=utf-8',
  })
  assert.equal(await byQuery('xml'), 'not-acceptable')
})

test('pages are for browsers and for all that do not prefer JSON', async () => {
  for (const accept of [
    'text/html,application/xhtml+xml,*/*;q=0.8',
    '*/*',
    '',
    'image/png',
    'application/json;q=0.1, text/html',
  ])
    assert.equal(await ask('/html', { accept }), true, accept)
  for (const accept of [
    'application/json',
    'application/json, text/html;q=0.9',
    'application/problem+json, */*;q=0.1',
  ])
    assert.equal(await ask('/html', { accept }), false, accept)
})
