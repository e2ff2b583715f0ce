import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepMadePaths, readMadePaths } from './made-paths.ts'

const storageOf = (text: string | null) => ({ getItem: () => text })

test('what was kept is read again', () => {
  let kept = ''
  const paths = ['/User/trial-user-abc123', '/Client/trial-app-abc123']
  const setItem = (_key: string, text: string): void => {
    kept = text
  }
  keepMadePaths({ setItem }, paths)
  assert.deepEqual(readMadePaths(storageOf(kept)), paths)
})

test('nothing but resources of a trial can be named for removal', () => {
  const text = JSON.stringify([
    '/User/admin',
    '/User/trial-a/../admin',
    7,
    '/Client/trial-b',
    'https://x/trial-c',
  ])
  assert.deepEqual(readMadePaths(storageOf(text)), ['/Client/trial-b'])
  for (const broken of [null, '', '{', '{}', 'null']) assert.deepEqual(readMadePaths(storageOf(broken)), [])
})

test('a browser that keeps nothing does not stop a trial', () => {
  keepMadePaths(
    {
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    },
    ['/User/trial-a'],
  )
})
