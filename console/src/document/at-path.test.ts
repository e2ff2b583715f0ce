import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textAt, valueAt, withValueAt } from './at-path.ts'

const client = {
  id: 'app',
  auth: { authorization_code: { redirect_uri: 'https://app.example', pkce: true } },
}

test('a value is found by its path, and nothing where there is none', () => {
  assert.equal(valueAt(client, ['auth', 'authorization_code', 'pkce']), true)
  assert.equal(valueAt(client, ['auth', 'implicit', 'pkce']), undefined)
  assert.equal(valueAt(client, ['id', 'length']), undefined)
  assert.equal(textAt(client, ['auth', 'authorization_code', 'redirect_uri']), 'https://app.example')
  assert.equal(textAt(client, ['auth']), '')
})

test('a value is set where it was and the rest stays as it is, in its order', () => {
  const changed = withValueAt(client, ['auth', 'authorization_code', 'pkce'], false)
  assert.equal(
    JSON.stringify(changed),
    '{"id":"app","auth":{"authorization_code":{"redirect_uri":"https://app.example","pkce":false}}}',
  )
  assert.equal(client.auth.authorization_code.pkce, true)
  assert.deepEqual(withValueAt({}, ['a', 'b'], 1), { a: { b: 1 } })
})

test('a value that is taken away leaves no empty member behind', () => {
  assert.deepEqual(withValueAt({ a: { b: { c: 1 } }, d: 2 }, ['a', 'b', 'c'], undefined), { d: 2 })
  assert.deepEqual(withValueAt({ a: { b: 1, c: 2 } }, ['a', 'b'], undefined), { a: { c: 2 } })
  assert.deepEqual(withValueAt({ a: 1 }, ['b'], undefined), { a: 1 })
})
