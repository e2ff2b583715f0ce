import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TrieRouter } from 'hono/router/trie-router'
import { createRouter } from './router.ts'

const ROUTES = [
  ['GET', '/User/_search'],
  ['GET', '/User/:id'],
  ['ALL', '/User/:id'],
  ['POST', '/auth/token'],
  ['ALL', '/auth/token'],
  ['GET', '/console/*'],
  ['GET', '/console/rest'],
] as const
const PATHS = ['/User/_search', '/User/a', '/User/a/b', '/auth/token', '/console/rest', '/console', '/', '/x']
const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND']

test('finds what the trie finds, the first time and every other', () => {
  const trie = new TrieRouter<string>()
  const router = createRouter<string>()
  for (const [method, path] of ROUTES) {
    trie.add(method, path, `${method} ${path}`)
    router.add(method, path, `${method} ${path}`)
  }
  for (let time = 0; time < 2; time += 1)
    for (const method of METHODS)
      for (const path of PATHS)
        assert.deepEqual(router.match(method, path), trie.match(method, path), `${method} ${path}`)
})

test('a route that comes later is found', () => {
  const router = createRouter<string>()
  router.add('GET', '/late', 'first')
  assert.equal(router.match('GET', '/late')[0].length, 1)
  router.add('ALL', '/late', 'second')
  assert.equal(router.match('GET', '/late')[0].length, 2)
})
