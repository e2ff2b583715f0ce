import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '../support/eventually.ts'
import { startServerProcess } from '../support/server-process.ts'

const script = new URL('../../scripts/rotate-keys.ts', import.meta.url).pathname

test('the command gives a running server new keys, and the server publishes them by itself', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-rotate-'))
  const env = { COUNTERSIGN_DATA_DIR: directory, COUNTERSIGN_SIGNING_ALGORITHM: 'ES256' }
  const server = await startServerProcess(env)
  const run = (...words: readonly string[]) =>
    promisify(execFile)(process.execPath, [script, ...words], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
  const kids = async () => {
    const response = await fetch(`${server.url}/.well-known/jwks.json`)
    return ((await response.json()) as { keys: readonly { kid: string }[] }).keys.map(({ kid }) => kid)
  }
  try {
    const [old = ''] = await kids()
    const { stdout } = await run()
    const [, added = ''] = /^New keys: (\S+)\n$/.exec(stdout) ?? []
    await eventually(async () => (await kids()).length === 2)
    assert.deepEqual(new Set(await kids()), new Set([old, added]))
    assert.match((await run()).stdout, /^No new key/)
    await run('--forget-old')
    await eventually(async () => !(await kids()).includes(old))
    await assert.rejects(run('--nonsense'), /npm run rotate-keys/)
  } finally {
    server.signal('SIGTERM')
    await server.exited
    rmSync(directory, { recursive: true, force: true })
  }
})
