import type { DatabaseConfig } from '../src/db/open-database.ts'
import type { Figures } from './figures.ts'
import { RATE_ROWS, rateFigure } from './figures.ts'
import type { InstallSize } from './install-size.ts'
import { renderPeerTable } from './peer-goals.ts'
import type { Plan } from './plan.ts'
import { CONNECTIONS } from './plan.ts'
import type { Spread } from './statistics.ts'
import { combineRounds, spreadOf } from './statistics.ts'

/** What ran, in words without names of hosts. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGibibytes: number
  readonly system: string
  readonly node: string
  readonly postgres: string
}

export interface EngineFigures {
  readonly kind: DatabaseConfig['kind']
  readonly name: string
  readonly figures: Figures
}

export interface Run {
  readonly isQuick: boolean
  readonly plan: Plan
  readonly machine: Machine
  readonly at: Date
  readonly minutes: number
  readonly engines: readonly EngineFigures[]
  readonly installSize: InstallSize
}

/** A goal and what came, per engine. */
interface Goal {
  readonly text: string
  readonly measured: (figures: Figures) => Spread
  readonly print: (value: number) => string
  readonly holds: (value: number) => boolean
}

const ms = (value: number): string => (value < 9.95 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`)
const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`
const perSecond = (value: number): string => Math.round(value).toLocaleString('en')
const percent = (value: number): string => `${Math.round(value * 100)} %`
const times = (value: number): string => `${value.toFixed(2)}×`
const mebibytes = (value: number): string => (Number.isNaN(value) ? 'unknown' : `${value.toFixed(0)} MB`)

/** The median and, in brackets, the lowest and the highest round. */
const spread = ({ median, low, high }: Spread, print: (value: number) => string): string =>
  `${print(median)} (${print(low)} – ${print(high)})`

const ratio = (figures: Figures, left: string, right: string): readonly number[] =>
  combineRounds(figures.values(left), figures.values(right), (one, other) => one / other)

const burstRatio = (kind: 'userinfo' | 'token') => (figures: Figures) =>
  spreadOf(ratio(figures, `${kind} in the burst`, `${kind} idle`))

const GOALS: readonly Goal[] = [
  {
    text: 'a two-factor sign-in in JSON (two requests), beside its one hash: at most 3 ms',
    measured: (figures) => spreadOf(figures.values('JSON sign-in beside the hash')),
    print: ms,
    holds: (value) => value <= 3,
  },
  {
    text: 'a two-factor sign-in on the pages (four requests), beside its one hash: at most 3 ms',
    measured: (figures) => spreadOf(figures.values('sign-in beside the hash')),
    print: ms,
    holds: (value) => value <= 3,
  },
  {
    text: 'userinfo during a burst of sign-ins: at most 2× its idle median',
    measured: burstRatio('userinfo'),
    print: times,
    holds: (value) => value <= 2,
  },
  {
    text: 'a token request during a burst of sign-ins: at most 2× its idle median',
    measured: burstRatio('token'),
    print: times,
    holds: (value) => value <= 2,
  },
  ...RATE_ROWS.filter(({ hasGoal }) => hasGoal).map(({ name }) => ({
    text: `${name}: at least 60 % of its floor`,
    measured: (figures: Figures) =>
      spreadOf(ratio(figures, rateFigure(name, 'ours'), rateFigure(name, 'floor'))),
    print: percent,
    holds: (value: number) => value >= 0.6,
  })),
  {
    text: 'cold start to the first 200, new database: under 1 s',
    measured: (figures) => spreadOf(figures.values('first start')),
    print: seconds,
    holds: (value) => value < 1000,
  },
  {
    text: 'cold start to the first 200, existing database: under 1 s',
    measured: (figures) => spreadOf(figures.values('second start')),
    print: seconds,
    holds: (value) => value < 1000,
  },
  {
    text: 'memory idle after the start: under 100 MB',
    measured: (figures) => spreadOf(figures.values('idle memory')),
    print: mebibytes,
    holds: (value) => value < 100,
  },
]

/** The goals that a run misses by its medians, each with its engine. */
export const missedGoals = ({ engines }: Run): readonly string[] =>
  engines.flatMap(({ name, figures }) =>
    GOALS.filter((goal) => !goal.holds(goal.measured(figures).median)).map((goal) => `${name}: ${goal.text}`),
  )

/** The results as Markdown. */
export const renderReport = (run: Run): string => {
  const { machine, plan, engines, installSize } = run
  return `# Results of the benchmark

Written by \`npm run bench\`${run.isQuick ? ' in a **quick run: too short to be quoted**' : ''} on ${run.at.toISOString().slice(0, 10)}, in ${run.minutes.toFixed(1)} minutes. How it measures: [docs/benchmark.md](../docs/benchmark.md).

- Machine: ${machine.cores} cores (${machine.processor}), ${machine.memoryGibibytes.toFixed(0)} GB, ${machine.system}. Everything runs on it: both servers, PostgreSQL, the load.
- Node ${machine.node}, ${machine.postgres}.
- Password hash of every sign-in, on both sides: **argon2id, 19 MiB, t=2, p=1** (\`@node-rs/argon2\`).
- ${CONNECTIONS} connections, ${plan.rounds} interleaved rounds after one that is not counted. Each cell is the median of the rounds and, in brackets, the lowest and the highest.
- Countersign runs with its defaults, its request log included; only \`COUNTERSIGN_RATE_LIMITS=off\`, because one machine signs everybody in.

Absolute numbers belong to this machine and this hour. Compare ratios, and only within one run.

## Goals

| goal | ${engines.map(({ name }) => name).join(' | ')} |
|---|${engines.map(() => '---|').join('')}
${GOALS.map((goal) => `| ${goal.text} | ${engines.map(({ figures }) => verdict(goal, figures)).join(' | ')} |`).join('\n')}

${engines.map(renderEngine).join('\n\n')}

## On disk

\`npm ci --omit=dev\` installs ${installSize.packages} packages, ${mebibytes(installSize.all)}; ${mebibytes(installSize.withoutNode)} without Node itself, which is one of them.
`
}

const verdict = (goal: Goal, figures: Figures): string => {
  const measured = goal.measured(figures)
  return `${goal.holds(measured.median) ? '✓' : '✗ **missed**'} ${spread(measured, goal.print)}`
}

const renderEngine = ({ kind, name, figures }: EngineFigures): string => {
  const cell = (figure: string, print: (value: number) => string): string =>
    spread(spreadOf(figures.values(figure)), print)
  const rates = RATE_ROWS.map((row) => {
    const [floor, ours] = [rateFigure(row.name, 'floor'), rateFigure(row.name, 'ours')]
    const share = spread(spreadOf(ratio(figures, ours, floor)), percent)
    return `| ${row.name} | ${row.floor} | ${cell(floor, perSecond)} | ${cell(ours, perSecond)} | ${share} |`
  })
  const burstShare = spread(spreadOf(ratio(figures, 'burst, ours', 'burst, floor')), percent)
  return `## ${name}

One durable insert of the floor alone takes ${cell('insert alone', ms)}, one lookup ${cell('lookup alone', ms)}, HTTP included.

### Sign-in: password and TOTP code, from the login page to the redirect with the code

| | median (range of rounds) |
|---|---|
| whole sign-in, one at a time | ${cell('sign-in', ms)} |
| one password hash, in the floor's process | ${cell('hash', ms)} |
| **the sign-in beside the hash** | ${cell('sign-in beside the hash', ms)} |
| whole sign-in by JSON, one at a time (two requests: password, code) | ${cell('JSON sign-in', ms)} |
| **the sign-in by JSON beside the hash** | ${cell('JSON sign-in beside the hash', ms)} |
| the floor's sign-in beside the hash (one request: lookup, hash, durable insert) | ${cell('floor sign-in beside the hash', ms)} |
| ${CONNECTIONS} at a time, sign-ins per second | ${cell('burst, ours', perSecond)} |
| the floor's, sign-ins per second | ${cell('burst, floor', perSecond)} |
| **share of the floor** | ${burstShare} |

| median latency of others | idle | during the burst |
|---|---|---|
| userinfo | ${cell('userinfo idle', ms)} | ${cell('userinfo in the burst', ms)} |
| token request (refresh, JWT) | ${cell('token idle', ms)} | ${cell('token in the burst', ms)} |

### Requests per second

| request | floor is | floor | Countersign | share of the floor |
|---|---|---|---|---|
${rates.join('\n')}

${renderPeerTable(kind, figures)}

### Process

| | |
|---|---|
| first start, new database, to the first 200 of \`/health\` | ${cell('first start', seconds)} |
| second start | ${cell('second start', seconds)} |
| start of the floor | ${cell('start of the floor', seconds)} |
| resident memory, idle after the start | ${cell('idle memory', mebibytes)} |
| idle memory of the floor | ${cell('idle memory of the floor', mebibytes)} |
| resident memory after the rounds | ${cell('loaded memory', mebibytes)}, at most ${cell('peak memory', mebibytes)} |
| memory of the floor after the rounds | ${cell('loaded memory of the floor', mebibytes)} |`
}
