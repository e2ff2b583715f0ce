// Everything a commit must pass, fast to slow, in one run. The last line printed is `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
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

/** Far above the slowest test: a hanging one fails by name instead of holding up the whole run. */
const TEST_TIMEOUT_MS = 15 * 60_000

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const buildConsole = [process.execPath, 'scripts/build-console.ts', '--if-needed'] as const
const tallies = [...[...STATIC_CHECKS, buildConsole].map(runStaticCheck), await runTests()]
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
  const cluster = await startPostgresCluster()
  process.env[TEST_POSTGRES_URL] = cluster.url
  try {
    const tests = run({
      globPatterns: ['{src,test,bench,scripts,console/src}/**/*.test.ts'],
      concurrency: availableParallelism(),
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
  } finally {
    cluster.destroy()
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
