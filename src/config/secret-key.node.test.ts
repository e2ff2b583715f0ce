import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { systemRandom } from '../kernel/random.ts'
import { loadOrCreateSecretKeys } from './secret-key.node.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-key-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('the key is made once, readable by its owner alone', () => {
  const data = join(directory, 'data')
  const [key, ...others] = loadOrCreateSecretKeys(data, systemRandom).reveal()
  assert.deepEqual([key.length, others], [32, []])
  assert.equal(statSync(join(data, 'secret.key')).mode & 0o777, 0o600)
  assert.deepEqual(loadOrCreateSecretKeys(data, systemRandom).reveal(), [key])
  assert.deepEqual(readdirSync(data), ['secret.key'])
})

test('threads that start at once all get the same key', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    parentPort.once('message', async () => {
      const { loadOrCreateSecretKeys } = await import(workerData.module)
      const { systemRandom } = await import(workerData.random)
      const key = loadOrCreateSecretKeys(workerData.directory, systemRandom).reveal()
      parentPort.postMessage(Buffer.from(key).toString('hex'))
    })`
  const workerData = {
    directory,
    module: new URL('./secret-key.node.ts', import.meta.url).href,
    random: new URL('../kernel/random.ts', import.meta.url).href,
  }
  const workers = Array.from({ length: 4 }, () => new Worker(source, { eval: true, workerData }))
  const keys = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  for (const worker of workers) worker.postMessage('go')
  assert.equal(new Set(await Promise.all(keys)).size, 1)
  assert.deepEqual(readdirSync(directory), ['secret.key'])
})

test('a damaged key stops the start, and is never replaced', () => {
  const path = join(directory, 'secret.key')
  writeFileSync(path, 'AAAA')
  assert.throws(() => loadOrCreateSecretKeys(directory, systemRandom), /restore it from a backup/)
  assert.equal(readFileSync(path, 'utf8'), 'AAAA')
})
