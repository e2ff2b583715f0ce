import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../kernel/json.ts'
import { applyMergePatch } from './merge-patch.ts'

/** RFC 7396 Appendix A: original, patch, result. */
const VECTORS: readonly (readonly [JsonValue, JsonValue, JsonValue])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

test('every example of RFC 7396 Appendix A comes out as printed there', () => {
  for (const [original, patch, result] of VECTORS)
    assert.deepEqual(applyMergePatch(original, patch), result, JSON.stringify(patch))
})

test('the original is not changed, and names of JavaScript are only names', () => {
  const original = Object.freeze({ a: Object.freeze({ b: 1 }) })
  const patch = JSON.parse('{"a":{"b":2},"__proto__":{"polluted":true},"constructor":1}')
  const merged = applyMergePatch(original, patch)
  assert.deepEqual(original, { a: { b: 1 } })
  assert.equal(Object.hasOwn(merged as object, '__proto__'), true)
  assert.equal(Object.getPrototypeOf(merged), Object.prototype)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})
