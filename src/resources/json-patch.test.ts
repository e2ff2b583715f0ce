import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../kernel/json.ts'
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts'

const patch = (document: JsonValue, operations: JsonValue): JsonValue =>
  applyJsonPatch(document, parseJsonPatch(operations))

/** RFC 6902 Appendix A: section, document, patch, result. */
const VECTORS: readonly (readonly [string, JsonValue, JsonValue, JsonValue])[] = [
  ['A.1', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  [
    'A.2',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['A.3', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  ['A.4', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
  ['A.5', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
  [
    'A.6',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'A.7',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'A.8',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'A.10',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    { foo: 'bar', child: { grandchild: {} } },
  ],
  ['A.11', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }], { foo: 'bar', baz: 'qux' }],
  ['A.14', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  [
    'A.16',
    { foo: ['bar'] },
    [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    { foo: ['bar', ['abc', 'def']] },
  ],
  ['§4.5', { a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
  ['§4.1', { a: 1 }, [{ op: 'add', path: '', value: [1] }], [1]],
  ['null', { a: null }, [{ op: 'test', path: '/a', value: null }], { a: null }],
]

test('every example of RFC 6902 Appendix A that succeeds comes out as printed there', () => {
  for (const [section, document, operations, result] of VECTORS)
    assert.deepEqual(patch(document, operations), result, section)
})

test('what RFC 6902 calls an error is one, and says at which operation', () => {
  const failing: readonly (readonly [string, JsonValue, JsonValue, RegExp])[] = [
    ['A.9', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }], /\[0\]\.path: the test failed/],
    [
      'A.12',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz/bat', value: 'qux' }],
      /\[0\]\.path: there is nothing/,
    ],
    ['A.15', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: '10' }], /the test failed/],
    ['replace', {}, [{ op: 'replace', path: '/a', value: 1 }], /nothing at this place/],
    ['remove', { a: [1] }, [{ op: 'remove', path: '/a/1' }], /nothing at this place/],
    ['index', { a: [1, 2] }, [{ op: 'remove', path: '/a/01' }], /nothing at this place/],
    ['beyond', { a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }], /nothing at this place/],
    ['root', {}, [{ op: 'remove', path: '' }], /nothing at this place/],
    ['inherited', {}, [{ op: 'test', path: '/constructor/name', value: 'Object' }], /nothing at this place/],
    ['proto', {}, [{ op: 'add', path: '/__proto__/polluted', value: true }], /nothing at this place/],
    ['into itself', { a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b' }], /moved into itself/],
    ['unknown', {}, [{ op: 'merge', path: '/a' }], /\[0\]\.op: expected add/],
    ['value', {}, [{ op: 'add', path: '/a' }], /\[0\]\.value: is missing/],
    ['path', {}, [{ op: 'remove' }], /\[0\]\.path: expected a JSON Pointer/],
    ['pointer', {}, [{ op: 'remove', path: 'a' }], /expected a JSON Pointer/],
    ['escape', {}, [{ op: 'remove', path: '/~2' }], /expected a JSON Pointer/],
    ['object', {}, { op: 'add', path: '/a', value: 1 }, /array of operations/],
  ]
  for (const [name, document, operations, message] of failing)
    assert.throws(() => patch(document, operations), { name: 'Problem', message }, name)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('a patch cannot grow a document without end', () => {
  const copies = Array.from({ length: 21 }, () => ({ op: 'copy', from: '', path: '/a' }))
  assert.throws(() => patch({}, copies), { message: /copy at most 20 times/ })
  const many = Array.from({ length: 1001 }, () => ({ op: 'test', path: '', value: {} }))
  assert.throws(() => patch({}, many), { message: /at most 1000/ })
})

test('the document is not changed, also when a later operation fails', () => {
  const document = Object.freeze({ a: Object.freeze([1]) })
  assert.throws(() =>
    patch(document, [
      { op: 'add', path: '/a/-', value: 2 },
      { op: 'remove', path: '/b' },
    ]),
  )
  assert.deepEqual(document, { a: [1] })
})
