import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startServerProcess } from '../support/server-process.ts'

/** More than an idle server takes (ADR 8), less than one that keeps what only its start needed. */
const MOST_MEGABYTES = 95
const PATIENCE_MS = 10_000

const cache = mkdtempSync(join(tmpdir(), 'countersign-cache-'))
after(() => rmSync(cache, { recursive: true, force: true }))

test('an idle server gives back what only its start needed', async () => {
  const environment = { NODE_COMPILE_CACHE: cache, MALLOC_ARENA_MAX: '1' }
  const first = await startServerProcess(environment)
  first.signal('SIGTERM')
  assert.equal(await first.exited, 0)

  const server = await startServerProcess(environment)
  const deadline = performance.now() + PATIENCE_MS
  while (server.residentMegabytes() > MOST_MEGABYTES && performance.now() < deadline) await pause(50)
  assert.ok(server.residentMegabytes() <= MOST_MEGABYTES, `${server.residentMegabytes()} MB`)
})
