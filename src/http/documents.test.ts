import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../kernel/json.ts'
import { Problem } from '../kernel/problem.ts'
import { parseJson } from './json.ts'
import { parseDocument } from './parse-document.ts'
import { parseYaml, yamlOf } from './yaml.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const MIB = 1024 * 1024

const refusal = (parse: () => unknown): string => {
  try {
    parse()
  } catch (error) {
    assert.ok(error instanceof Problem && error.details.kind === 'malformed', String(error))
    return error.message
  }
  return assert.fail('nothing was refused')
}

test('what JSON.stringify and yamlOf print is read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!/"(?:__proto__|constructor|prototype)"|\\u0000|-0/.test(text))
      assert.deepEqual(parseJson(bytes(text)), JSON.parse(text))
      assert.deepEqual(parseYaml(bytes(yamlOf(JSON.parse(text) as JsonValue))), JSON.parse(text))
    }),
  )
})

test('any bytes are a document or a problem, in bounded time', () => {
  const ascii = fc.string({
    unit: fc.constantFrom(...'{}[]":,-? &*!|>%@`#\n\t a1\\'.split('')),
    maxLength: 200,
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), ascii.map(bytes)), (body) => {
      for (const format of ['json', 'yaml', 'sniff'] as const)
        try {
          parseDocument(body, format)
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
        }
    }),
    { numRuns: 3000 },
  )
})

test('a page of the seed is read as it is typed, with dates, yes and numbers as YAML 1.2 has them', () => {
  const text = 'resourceType: AuthConfig\nid: myconfig\ntheme:\n title: yes\n since: 2020-01-01\n n: 3\n'
  assert.deepEqual(parseDocument(bytes(text), 'sniff'), {
    resourceType: 'AuthConfig',
    id: 'myconfig',
    theme: { title: 'yes', since: '2020-01-01', n: 3 },
  })
  assert.deepEqual(parseDocument(bytes('{"a": [1]}'), 'sniff'), { a: [1] })
  assert.deepEqual(parseDocument(bytes('\u{feff}{"a": 1}'), 'json'), { a: 1 })
})

const PATHOLOGICAL: readonly (readonly [name: string, text: string])[] = [
  ['open brackets', '['.repeat(MIB)],
  ['closed brackets', '['.repeat(MIB / 2) + ']'.repeat(MIB / 2)],
  ['20,000 objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['nested lists', '- '.repeat(MIB / 2)],
  ['nested keys', '? '.repeat(MIB / 2)],
  ['flow maps', '{a: '.repeat(MIB / 4)],
  ['stairs', Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['long flow list', `[${'a,'.repeat(MIB / 2 - 2)}]`],
  ['many documents', '---\n'.repeat(MIB / 4)],
  ['many anchors', '&a '.repeat(MIB / 3)],
  ['many tags', '! '.repeat(MIB / 2)],
  ['many bad escapes', `a: "${String.raw`\x`.repeat(MIB / 2 - 3)}"`],
  ['many ends of lists', `a: ${']'.repeat(MIB - 3)}`],
  ['many ends of mappings', `a: ${'} '.repeat(MIB / 2 - 2)}`],
]

test('1 MiB of nesting or noise is refused quickly, without the stack', () => {
  for (const [name, text] of PATHOLOGICAL)
    for (const format of ['json', 'yaml'] as const) {
      const startedAt = process.cpuUsage().user
      assert.match(
        refusal(() => parseDocument(bytes(text), format)),
        /./,
      )
      const milliseconds = (process.cpuUsage().user - startedAt) / 1000
      assert.ok(milliseconds < 3000, `${name} as ${format}: ${milliseconds} ms`)
    }
})

test('of a text full of faults the first is told, and no other is looked for', () => {
  const before = process.memoryUsage.rss()
  const text = `good: 1\nbad: "${String.raw`\x`.repeat(MIB / 2 - 10)}"`
  assert.match(
    refusal(() => parseDocument(bytes(text), 'yaml')),
    /^the body is not valid YAML at line 2, column 7: /,
  )
  assert.ok(process.memoryUsage.rss() - before < 64 * MIB)
})

test('100 levels are a document and 101 are not, in both formats', () => {
  const nested = (depth: number): Uint8Array => bytes('['.repeat(depth) + ']'.repeat(depth))
  for (const format of ['json', 'yaml'] as const) {
    parseDocument(nested(100), format)
    assert.match(
      refusal(() => parseDocument(nested(102), format)),
      /nested deeper than 100 levels/,
    )
  }
})

test('alias bombs, merge keys and own tags are refused with their place', () => {
  const bomb = `a: &a [x]\n${[...'bcdefghi'].map((key, index) => `${key}: &${key} [${`*${'abcdefgh'[index]},`.repeat(9)}]`).join('\n')}`
  assert.match(
    refusal(() => parseYaml(bytes(bomb))),
    /aliases are not supported at line 2/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: &x {b: 1}\nc:\n <<: *x'))),
    /aliases are not supported/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: !!js/function "x"'))),
    /Unresolved tag/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: !!binary aGk='))),
    /Unresolved tag/,
  )
})

test('doubled names are refused by name, however they are spelled', () => {
  assert.match(
    refusal(() => parseJson(bytes('{"a":1,"b":{"a":1},"\\u0061":2}'))),
    /^a: this name occurs twice/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: 1\nb: 2\n"a": 3'))),
    /^a: this name occurs twice.*line 3/,
  )
})

test('names that reach into every object are refused by path', () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    assert.match(
      refusal(() => parseJson(bytes(`{"a":[{"${name}":{"x":1}}]}`))),
      new RegExp(`^a\\[0\\]\\.${name}: `),
    )
    assert.match(
      refusal(() => parseYaml(bytes(`a:\n - ${name}:\n    x: 1`))),
      new RegExp(`^a\\[0\\]\\.${name}: `),
    )
  }
  assert.equal(({} as { readonly x?: unknown }).x, undefined)
})

test('what no database or JSON can hold is refused: NUL, half surrogates, infinity, broken UTF-8', () => {
  assert.match(
    refusal(() => parseJson(bytes('{"a":"\\u0000"}'))),
    /^a: contains a NUL/,
  )
  assert.match(
    refusal(() => parseJson(bytes('{"a":"\\ud800"}'))),
    /^a: contains half of a surrogate/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: "\\ud800"'))),
    /^a: contains half of a surrogate/,
  )
  assert.match(
    refusal(() => parseJson(bytes('{"a":1e999}'))),
    /^a: expected a finite number/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: .inf'))),
    /^a: expected a finite number/,
  )
  assert.match(
    refusal(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))),
    /not valid UTF-8/,
  )
})

test('a syntax error names its place and never repeats the body', () => {
  const secret = 'hunter2hunter2'
  for (const text of [
    `{"password": ${secret}}`,
    `{"password": "${secret}"`,
    `{"password": "${secret}" x}`,
    `{"${secret}`,
  ])
    assert.ok(!refusal(() => parseJson(bytes(text))).includes(secret), text)
  assert.match(
    refusal(() => parseJson(bytes('{\n "a" 1}'))),
    /line 2, column/,
  )
  assert.match(
    refusal(() => parseYaml(bytes('a: b\nc: d: e'))),
    /line 2, column/,
  )
})
