import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { curlOf } from './curl.ts'

const ORIGIN = 'http://localhost:8080'

test('the curl line of a read is short', () => {
  assert.equal(
    curlOf({ method: 'GET', path: '/User?a=b' }, ORIGIN),
    `curl -u "root:$ROOT_SECRET" 'http://localhost:8080/User?a=b'`,
  )
})

test('a shell hands curl exactly what was typed', () => {
  const body = `it's "quoted" $HOME \`id\` \\ and\n more: 100%`
  const headers = { authorization: 'Bearer x', 'content-type': 'text/yaml' }
  const line = curlOf({ method: 'PUT', path: '/User/x', headers, body }, ORIGIN)
  const words = execFileSync('sh', ['-c', line.replace(/^curl/, `printf '%s\\0'`)], { encoding: 'utf8' })
  assert.deepEqual(words.split('\0').slice(0, -1), [
    '-X',
    'PUT',
    `${ORIGIN}/User/x`,
    '-H',
    'authorization: Bearer x',
    '-H',
    'content-type: text/yaml',
    '--data-binary',
    body,
  ])
})
