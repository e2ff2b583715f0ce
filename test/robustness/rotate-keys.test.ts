import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { JsonObject } from '../../src/kernel/json.ts'
import { eventually } from '../support/eventually.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from '../support/server-process.ts'

const script = new URL('../../scripts/rotate-keys.ts', import.meta.url).pathname

const rotateKeys = (env: Readonly<Record<string, string>>, ...words: readonly string[]) =>
  promisify(execFile)(process.execPath, [script, ...words], { env: { PATH: process.env.PATH ?? '', ...env } })

test('the command gives a running server new keys, and the server publishes them by itself', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-rotate-'))
  const env = { COUNTERSIGN_DATA_DIR: directory, COUNTERSIGN_SIGNING_ALGORITHM: 'ES256' }
  const server = await startServerProcess(env)
  const run = (...words: readonly string[]) => rotateKeys(env, ...words)
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
    assert.match((await run()).stdout, new RegExp(`^No new key: ${added} waits already, and signs from 20`))
    assert.equal((await run('--now')).stdout, `Signs from now on: ${added}, which waited already\n`)
    const forgetting = await run('--forget-old')
    const [, newest = ''] = /^New keys: (\S+)\n$/.exec(forgetting.stdout) ?? []
    await eventually(async () => (await kids()).join() === newest)
    const log = await fetch(`${server.url}/AuditEvent?event=signing-key-rotate&_sort=_lastUpdated`, {
      headers: { authorization: ROOT_AUTHORIZATION },
    })
    const { entry } = (await log.json()) as { entry: { resource: { detail: JsonObject } }[] }
    assert.deepEqual(
      entry.map(({ resource: { detail } }) => [detail.by, detail.how, detail.made]),
      [
        ['command', 'soon', [added]],
        ['command', 'soon', []],
        ['command', 'now', []],
        ['command', 'forget', [newest]],
      ],
    )
  } finally {
    server.signal('SIGTERM')
    await server.exited
    rmSync(directory, { recursive: true, force: true })
  }
})

test('the command ends with 1 where nothing came of it, says why in a line, and makes no database', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-rotate-'))
  const empty = { COUNTERSIGN_DATA_DIR: directory }
  try {
    await assert.rejects(rotateKeys(empty, '--forget-old'), {
      code: 1,
      stderr: `The configuration is not valid:\n  there is no database in ${directory}; give COUNTERSIGN_DATA_DIR or DATABASE_URL as the server has it\n`,
    })
    assert.deepEqual(readdirSync(directory), [])
    await assert.rejects(rotateKeys({ COUNTERSIGN_NONSENSE: 'x' }), { code: 1, stderr: /no such setting/ })
    await assert.rejects(rotateKeys(empty, '--nonsense'), { code: 2, stderr: /npm run rotate-keys/ })
    assert.match((await rotateKeys({}, '--help')).stdout, /npm run rotate-keys/)

    const server = await startServerProcess(empty)
    server.signal('SIGTERM')
    await server.exited
    const pem = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { format: 'pem', type: 'spki' },
      privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    }).privateKey
    await assert.rejects(rotateKeys({ ...empty, COUNTERSIGN_SIGNING_KEYS: pem }), {
      code: 1,
      stdout: '',
      stderr: /^Not changed: your own key signs RS256\. .+\n$/,
    })
    const files = () => readdirSync(directory).filter((name) => name.startsWith('secret'))
    renameSync(join(directory, 'secret.key'), join(directory, 'secret.away'))
    await assert.rejects(rotateKeys(empty, '--now'), {
      code: 1,
      stderr: /secret\.key: there is no such file; restore it, or give COUNTERSIGN_SECRET_KEY\n$/,
    })
    assert.deepEqual(files(), ['secret.away'])
    renameSync(join(directory, 'secret.away'), join(directory, 'secret.key'))
    const otherSecret = { COUNTERSIGN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }
    await assert.rejects(rotateKeys({ ...empty, ...otherSecret }), {
      code: 1,
      stderr: /^signing_key\.private_key cannot be decrypted: .+\n$/,
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
