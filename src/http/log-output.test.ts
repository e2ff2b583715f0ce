import assert from 'node:assert/strict'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLogOutput } from './log-output.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-log-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('lines arrive whole and in order, and a flush waits for the last', async () => {
  const file = join(folder, 'log')
  const fd = openSync(file, 'w')
  const output = openLogOutput(fd)
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ü\n`)
  for (const line of lines) output.write(line)
  await output.flush()
  assert.equal(readFileSync(file, 'utf8'), lines.join(''))
  output.write('one more\n')
  await output.flush()
  assert.ok(readFileSync(file, 'utf8').endsWith('\none more\n'))
  closeSync(fd)
})

test('a full disk loses lines and nothing else', {
  skip: !existsSync('/dev/full') && 'needs /dev/full of Linux',
}, async () => {
  const fd = openSync('/dev/full', 'w')
  const output = openLogOutput(fd)
  for (let index = 0; index < 100; index += 1) output.write('x'.repeat(100_000))
  await output.flush()
  closeSync(fd)
})
