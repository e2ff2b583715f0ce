// Everything a commit must pass, fast to slow, in one run. The last line printed is `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { availableParallelism, freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { TEST_FIRST_START } from '../test/support/first-start.ts'
import { startPostgresCluster } from '../test/support/postgres-cluster.ts'
import { TEST_POSTGRES_URL } from '../test/support/postgres-database.ts'

interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const STATIC_CHECKS = [
  ['biome', 'ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`],
  ['tsc', '--noEmit', '--project', '.'],
  ['tsc', '--noEmit', '--project', 'console'],
  ['knip', '--no-progress'],
] as const

const TESTS = '{src,test,bench,scripts,console/src}/**/*.test.ts'
/** These wait for processes, pages and time to pass: others run meanwhile when they come first. */
const WAITING_TESTS = /^test\/(robustness|browser|contracts)\//

/** What the tests keep on disk at once is a tenth of it. */
const ROOM_IN_MEMORY = 4 * 1024 ** 3

/** Far above the slowest test: a hanging one fails by name instead of holding up the whole run. */
const TEST_TIMEOUT_MS = 15 * 60_000

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const build = [process.execPath, 'scripts/build.ts', '--if-needed'] as const
const tallies = [...[...STATIC_CHECKS, build].map(runStaticCheck), await runTests()]
const passed = sum(tallies.map((tally) => tally.passed))
const failed = sum(tallies.map((tally) => tally.failed))
const skipped = sum(tallies.map((tally) => tally.skipped))
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

function runStaticCheck([program, ...words]: readonly [string, ...string[]]): Tally {
  console.log(`check: ${[program, ...words].join(' ')}`)
  const isClean = spawnSync(program, words, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  if (!isClean) console.log(`check: ${program} failed`)
  return { passed: isClean ? 1 : 0, failed: isClean ? 0 : 1, skipped: 0 }
}

async function runTests(): Promise<Tally> {
  console.log('check: tests, with a PostgreSQL cluster of their own')
  const folder = temporaryFolder()
  process.env.TMPDIR = folder
  process.env[TEST_FIRST_START] = join(folder, 'first-start.db')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const cluster = await startPostgresCluster()
    // NOTE: after the cluster has registered its own end.
    process.once('exit', remove)
    process.env[TEST_POSTGRES_URL] = cluster.url
    try {
      return await runFiles()
    } finally {
      cluster.destroy()
    }
  } finally {
    remove()
  }
}

async function runFiles(): Promise<Tally> {
  const tests = run({
    files: testFiles(),
    // NOTE: one more than there are processors, because some wait for others most of the time.
    concurrency: availableParallelism() + 1,
    timeout: TEST_TIMEOUT_MS,
  })
  let tally: Tally = { passed: 0, failed: 1, skipped: 0 }
  tests.on('test:summary', ({ file, counts }) => {
    if (file !== undefined) return
    const broken = counts.tests - counts.passed - counts.skipped - counts.todo
    // NOTE: a run that found no test proves nothing, so it fails.
    tally = { passed: counts.passed, failed: counts.tests === 0 ? 1 : broken, skipped: counts.skipped }
  })
  await pipeline(tests, new spec(), process.stdout, { end: false })
  return tally
}

function testFiles(): string[] {
  const files = globSync(TESTS).sort()
  return [
    ...files.filter((file) => WAITING_TESTS.test(file)),
    ...files.filter((file) => !WAITING_TESTS.test(file)),
  ]
}

/**
 * For everything that the tests write, and deleted with it; in memory where there is room.
 * NOTE: each commit of each test is synced, and a disk would take longer for that than the processor for all the rest.
 */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(hasRoom('/dev/shm') ? '/dev/shm' : tmpdir(), 'countersign-check-'))
  // NOTE: PostgreSQL and Apache run as other users when this is root.
  chmodSync(folder, 0o711)
  return folder
}

function hasRoom(memory: string): boolean {
  if (!existsSync(memory)) return false
  const { bavail, bsize } = statfsSync(memory)
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, place]) => place === memory)
  // NOTE: some tests write programs and run them.
  if (mount?.[3]?.split(',').includes('noexec')) return false
  return Math.min(bavail * bsize, freemem()) > ROOM_IN_MEMORY
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
