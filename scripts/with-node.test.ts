import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const LAUNCHER = join(import.meta.dirname, 'with-node.mjs')

/** Runs the launcher in a folder of its own, for a Node that no host has yet. */
function launchIn(files: Readonly<Record<string, string>>): {
  readonly status: number | null
  readonly stderr: string
} {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-launcher-'))
  try {
    const all = { 'package.json': '{"dependencies":{"node":"99.0.0"}}', 'scripts/empty': '', ...files }
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
      chmodSync(join(folder, path), 0o755)
    }
    const launcher = join(folder, 'scripts/with-node.mjs')
    cpSync(LAUNCHER, launcher)
    return spawnSync(process.execPath, [launcher, '-p', '1'], { encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('without dependencies the launcher says to run npm ci', () => {
  const { status, stderr } = launchIn({})
  assert.equal(status, 1)
  assert.match(stderr, /needs Node 99\.0\.0; this is Node \d+[\s\S]*\n {2}npm ci\n/)
})

test('where the install script was not run the launcher says how to run it', () => {
  const { status, stderr } = launchIn({ 'node_modules/node/package.json': '{}' })
  assert.equal(status, 1)
  assert.match(stderr, /\n {2}npm rebuild node --ignore-scripts=false --foreground-scripts\n/)
})

test('where a library is missing the launcher names its package', () => {
  const broken = '#!/bin/sh\necho "cannot open libatomic.so.1" >&2\nexit 127\n'
  const { status, stderr } = launchIn({ 'node_modules/node/bin/node': broken })
  assert.equal(status, 1)
  assert.match(stderr, /apt-get install -y libatomic1/)
})

test('the launcher passes on arguments, the exit code and SIGTERM', async () => {
  const program = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log(process.version)`
  const child = spawn(process.execPath, [LAUNCHER, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await once(child.stdout, 'data')
  assert.match(String(output), /^v(2[6-9]|[3-9]\d)\./)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [7, null])
})
