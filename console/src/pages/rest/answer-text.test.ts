import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerText } from './answer-text.ts'

test('JSON is laid out, or written as YAML', () => {
  const body = '{"id":"x","roles":[{"value":"a"}],"name":"yes"}'
  assert.deepEqual(answerText(body, 'json', false), {
    text: '{\n  "id": "x",\n  "roles": [\n    {\n      "value": "a"\n    }\n  ],\n  "name": "yes"\n}',
    language: 'json',
    isShortened: false,
  })
  assert.equal(answerText(body, 'yaml', false).text, 'id: x\nroles:\n  - value: a\nname: "yes"\n')
})

test('what is not JSON stays as it came', () => {
  assert.deepEqual(answerText('id: x\n', 'json', false), {
    text: 'id: x\n',
    language: 'text',
    isShortened: false,
  })
  assert.equal(answerText('', 'yaml', false).text, '')
})

test('a string of 900 kB is cut and says how long it is, until all is asked for', () => {
  const body = JSON.stringify({ data: { long: 'x'.repeat(900_000) } })
  for (const format of ['json', 'yaml'] as const) {
    const short = answerText(body, format, false)
    assert.ok(short.isShortened && short.text.length < 3000)
    assert.match(short.text, /… \(900,000 characters\)/)
    const all = answerText(body, format, true)
    assert.ok(!all.isShortened && all.text.length > 900_000)
  }
  assert.match(answerText('y'.repeat(5000), 'json', false).text, /^y{2000}… \(5,000 characters\)$/)
})

test('a name such as __proto__ is nothing special', () => {
  assert.match(answerText('{"__proto__":{"a":1}}', 'json', false).text, /"__proto__": \{/)
})
