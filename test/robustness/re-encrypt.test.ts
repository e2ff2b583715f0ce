import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startServerProcess } from '../support/server-process.ts'

const script = new URL('../../scripts/re-encrypt.ts', import.meta.url).pathname

test('the secret key of an embedded database is changed with one command, and tokens are signed as before', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-re-encrypt-'))
  const file = join(directory, 'secret.key')
  const env = { COUNTERSIGN_DATA_DIR: directory, COUNTERSIGN_SIGNING_ALGORITHM: 'ES256' }
  const run = (...words: readonly string[]) =>
    promisify(execFile)(process.execPath, [script, ...words], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
  const keysOfServer = async () => {
    const server = await startServerProcess(env)
    try {
      return await (await fetch(`${server.url}/.well-known/jwks.json`)).text()
    } finally {
      server.signal('SIGTERM')
      await server.exited
    }
  }
  try {
    await assert.rejects(run(), { code: 1, stderr: /there is no database in/ })
    await assert.rejects(run('--nonsense'), { code: 2, stderr: /npm run re-encrypt/ })
    const published = await keysOfServer()
    const old = readFileSync(file, 'utf8')
    const another = `${Buffer.alloc(32, 7).toString('base64')}\n`

    writeFileSync(file, another)
    await assert.rejects(run(), {
      code: 1,
      stderr: 'signing_key.private_key: 1 cannot be opened by any of the keys\n',
    })
    writeFileSync(file, `${another}${old}`)
    const everything = 'The first key opens everything. The others are not needed any more.\n'
    assert.equal((await run()).stdout, `signing_key.private_key: 1 encrypted anew\n${everything}`)
    assert.equal((await run()).stdout, everything)
    writeFileSync(file, another)
    assert.equal(await keysOfServer(), published)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
