// `npm run bench`: measures Countersign beside its floor on both databases and writes RESULTS.md. `--quick` for a smoke
// run, whose results go to the terminal alone; `--only sqlite` or `--only postgres` for one engine, likewise.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import type { DatabaseConfig } from '../src/db/open-database.ts'
import { freshPostgresDatabase } from '../test/support/postgres-database.ts'
import { measureInstallSize } from './install-size.ts'
import type { EngineRoom } from './measure-engine.ts'
import { measureEngine } from './measure-engine.ts'
import { FULL, QUICK } from './plan.ts'
import type { EngineFigures, Machine, Run } from './report.ts'
import { missedGoals, renderReport } from './report.ts'

const ENGINES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const plan = options.quick ? QUICK : FULL
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

let databases = 0
const freshDatabase = async (kind: DatabaseConfig['kind']): Promise<DatabaseConfig> => {
  if (kind === 'postgres') return { kind, url: (await freshPostgresDatabase()).url }
  databases += 1
  return { kind, directory: join(folder, `data-${databases}`) }
}

const roomOf = (kind: DatabaseConfig['kind']): EngineRoom => {
  const own = join(folder, kind)
  mkdirSync(own)
  return { kind, folder: own, freshDatabase: () => freshDatabase(kind) }
}

const versionOfPostgres = async (): Promise<string> => {
  const { url, drop } = await freshPostgresDatabase()
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ version: string }>('select version()')
  await client.end()
  await drop()
  return /^PostgreSQL [\d.]+/.exec(rows[0]?.version ?? '')?.[0] ?? 'PostgreSQL'
}

const describeMachine = async (): Promise<Machine> => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGibibytes: totalmem() / 1024 ** 3,
  system: `${platform()} ${release().split('-')[0]} ${arch()}`,
  node: process.versions.node,
  postgres: await versionOfPostgres(),
})

const startedAt = performance.now()
const machine = await describeMachine()
const engines: EngineFigures[] = []
for (const kind of ['sqlite', 'postgres'] as const) {
  if (options.only !== undefined && options.only !== kind) continue
  const log = (text: string): void =>
    console.log(
      `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${ENGINES[kind]}: ${text}`,
    )
  engines.push({ kind, name: ENGINES[kind], figures: await measureEngine(roomOf(kind), plan, log) })
}
const run: Run = {
  isQuick: options.quick,
  plan,
  machine,
  at: new Date(),
  minutes: (performance.now() - startedAt) / 60_000,
  engines,
  installSize: await measureInstallSize(),
}
const report = renderReport(run)
console.log(`\n${report}`)
if (!options.quick && options.only === undefined)
  writeFileSync(new URL('./RESULTS.md', import.meta.url), report)
const missed = missedGoals(run)
console.log(
  missed.length === 0 ? 'Every goal was met.' : `Missed:\n${missed.map((goal) => `  ${goal}`).join('\n')}`,
)
process.exit(0)
