import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseScope, permittedScopes } from './scope.ts'

test('a scope is printable ASCII without quote and backslash, separated by single blanks', () => {
  assert.deepEqual(parseScope('openid patient/*.rs openid'), ['openid', 'patient/*.rs'])
  for (const text of ['', ' a', 'a ', 'a  b', 'a\tb', 'a"', 'a\\', 'ä', 'a\u0000', 'x'.repeat(4097)])
    assert.equal(parseScope(text), undefined, JSON.stringify(text))
})

test('a client gets what it names, by pattern too, and anything where it names nothing', () => {
  assert.deepEqual(permittedScopes(['a', 'b'], undefined), ['a', 'b'])
  assert.deepEqual(permittedScopes(['a', 'b'], []), [])
  assert.deepEqual(permittedScopes(['b', 'a', 'c'], ['a', 'b']), ['b', 'a'])
  assert.deepEqual(
    permittedScopes(['system/Patient.read', 'system/.read', 'system/read'], ['system/*.read']),
    ['system/Patient.read', 'system/.read'],
  )
  assert.deepEqual(permittedScopes(['a/b', 'a//b'], ['a/*/b']), ['a//b'], 'no character counts for both ends')
  assert.deepEqual(permittedScopes(['a*b*c', 'aXbXc'], ['a*b*c']), ['a*b*c'], 'two stars are no pattern')
})
