import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { curlOf } from './curl.ts'

test('a shell hands curl exactly what was sent', () => {
  const body = `it's "quoted" $HOME \`id\` \\ @file\n100%`
  const line = curlOf(
    { method: 'POST', path: '/auth/token?a=b&c', headers: { cookie: 'a=b; c=d' }, body },
    'http://localhost:8080',
  )
  const words = execFileSync('sh', ['-c', line.replace(/^curl/, `printf '%s\\0'`)], { encoding: 'utf8' })
  assert.deepEqual(words.split('\0').slice(0, -1), [
    '-i',
    '-X',
    'POST',
    'http://localhost:8080/auth/token?a=b&c',
    '-H',
    'cookie: a=b; c=d',
    '--data-raw',
    body,
  ])
})

test('a read is a short line', () => {
  assert.equal(curlOf({ method: 'GET', path: '/health' }, 'http://x'), `curl -i 'http://x/health'`)
})
