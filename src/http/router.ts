import type { Result, Router } from 'hono/router'
import { METHODS } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/**
 * Hono's trie, which takes every pattern, with what it found for addresses without parameters kept: most requests go to a
 * few dozen of them. NOTE: Hono's fastest router refuses `/User/_search` beside `/User/:id`.
 */
export const createRouter = <T>(): Router<T> => {
  const trie = new TrieRouter<T>()
  const literal = new Set<string>()
  const found = new Map(METHODS.map((method) => [method.toUpperCase(), new Map<string, Result<T>>()]))
  return {
    name: 'TrieRouter with memory',
    add: (method, path, handler) => {
      trie.add(method, path, handler)
      if (!/[:*]/.test(path)) literal.add(path)
      for (const results of found.values()) results.clear()
    },
    match: (method, path) => {
      const results = found.get(method)
      const known = results?.get(path)
      if (known !== undefined) return known
      const result = trie.match(method, path)
      if (literal.has(path)) results?.set(path, result)
      return result
    },
  }
}
