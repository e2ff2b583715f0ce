// Completion and checks by the server's own schemas, as they are served.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../api/server.ts'
import { createApiSchema } from './api-schema.ts'
import { checkRequests } from './check-requests.ts'
import { completeRequest } from './complete-request.ts'
import { parseExamples } from './examples.ts'

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
const api = createApiSchema(JSON.parse(read('docs/openapi.json')) as JsonObject)
const ORIGIN = 'http://localhost:8080'

const labelsAt = (text: string): readonly string[] => {
  const position = text.indexOf('▮')
  const found = completeRequest(text.replace('▮', ''), position, api)
  return found?.options.map(({ label }) => label) ?? []
}

describe('what may come next', () => {
  const CASES: readonly (readonly [text: string, some: readonly string[], none: readonly string[]])[] = [
    ['P▮', ['PUT ', 'PATCH '], []],
    ['PUT Cl▮', ['Client/{id}', 'AuthConfig/{id}'], ['/Client/{id}', 'AuditEvent/{id}']],
    ['GET /▮', ['/User', '/User/{id}/_history', '/AuditEvent'], ['/auth/token']],
    ['GET /User?▮', ['userName=', '_count='], []],
    ['GET /User?userName=a&_s▮', ['_sort='], []],
    ['PUT /User/x\ncon▮', ['content-type: '], []],
    ['PUT /User/x\ncontent-type: ▮', ['text/yaml'], []],
    ['PUT /User/x\n\n▮', ['userName: ', 'twoFactor: '], ['secret: ']],
    ['PUT /User/x\n\nuserName: a\ntwoFactor:\n  e▮', ['enabled: ', 'secretKey: '], []],
    ['PUT /User/x\n\n{"twoFactor": {"▮', ['"enabled": '], []],
    ['PUT Client/x\n\ngrant_types:\n - ▮', ['code', 'password'], []],
    ['PUT fhir/Client/x\n\nauth:\n  password:\n    token_format: ▮', ['jwt', 'opaque'], []],
    ['PUT /Client/x\n\n{"first_party": ▮', ['true', 'false'], []],
    ['PATCH /Client/x\n\nfirst_party: ▮', ['true', 'false'], []],
    ['PUT AuthConfig/x\n\ntwoFactor:\n webhook:\n  when: ▮', ['always', 'transport'], []],
  ]
  for (const [text, some, none] of CASES)
    test(`at ${JSON.stringify(text)}`, () => {
      const labels = labelsAt(text)
      for (const label of some) assert.ok(labels.includes(label), `${label} of ${labels.join('|')}`)
      for (const label of none) assert.ok(!labels.includes(label), label)
    })
})

describe('what is wrong', () => {
  const findingsOf = (text: string) =>
    checkRequests(text, ORIGIN, api).map(
      ({ from, to, severity, message }) => `${severity} ${text.slice(from, to)}: ${message}`,
    )
  const CASES: readonly (readonly [text: string, ...findings: readonly RegExp[]])[] = [
    ['PUT /User/x\n\nusername: a', /^warning username: unknown attribute username; is userName meant\?$/],
    ['PUT /Client/x\n\nfirstParty: true', /is first_party meant/],
    [
      'PUT /Client/x\n\n{"grant_types": ["cod"]}',
      /^warning "cod": expected one of basic, authorization_code, code/,
    ],
    [
      'PUT /Client/x\n\nauth:\n  password:\n    token_format: JWT',
      /^warning JWT: expected one of jwt, opaque$/,
    ],
    ['PUT /Client/x\n\nfirst_party: yes', /^warning yes: expected one of true, false$/],
    ['PUT /Client/x\n\nsecret: 5', /^warning 5: expected a string$/],
    ['PUT /User/x\n\nemails: {}', /^warning {}: expected an array$/],
    ['GET /Usr', /^warning \/Usr: there is no resource type Usr; there are User, Client/],
    ['GET /User\n\nid: x', /^warning id: x: GET sends no body$/],
    ['GET /User\ncookie: a', /^warning cookie: a: a browser sends cookie by itself/],
    ['PUT /User/x\n\n{"id": "x",', /^error .*not valid JSON/s],
    ['PUT /User/x\n\n{id: x}', /^error {id: x}: not valid JSON/],
    ['PUT /User/x\n\na: [', /^error .*not valid YAML/s],
    ['PUT https://elsewhere.example/', /^error .*only this server is asked/],
    ['put /User/x', /^error .*in capitals/],
  ]
  for (const [text, ...expected] of CASES)
    test(`in ${JSON.stringify(text)}`, () => {
      const findings = findingsOf(text)
      assert.equal(findings.length, expected.length, findings.join('\n'))
      for (const [index, pattern] of expected.entries()) assert.match(findings[index] ?? '', pattern)
    })

  test('is nothing in the examples of the documentation', () => {
    for (const { id, text } of parseExamples(read('docs/rest-examples.http')))
      assert.deepEqual(findingsOf(text), [], id)
  })

  test('is nothing where attributes are free, nulls delete, or a patch is an array', () => {
    for (const text of [
      'PUT /User/x\n\ndata: {anything: [1, {at: all}]}\ntwoFactor: null',
      'PUT /Role/x\n\nname: a\nuser: {id: x}\nshift: night',
      'PATCH /User/x\n\n[{"op": "remove", "path": "/email"}]',
      'POST /auth/token\ncontent-type: application/x-www-form-urlencoded\n\ngrant_type=password',
    ])
      assert.deepEqual(findingsOf(text), [], text)
  })
})
