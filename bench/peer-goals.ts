import type { DatabaseConfig } from '../src/db/open-database.ts'
import type { Figures } from './figures.ts'
import { combineRounds, spreadOf } from './statistics.ts'

/** What is compared with the floor and with the peer; the goals are shares of the floor and multiples of the peer. */
const PEER_ROWS = {
  'client_credentials, opaque': { floor: 0.8, sqlite: 1, postgres: 1.5 },
  'client_credentials, JWT RS256': { floor: 0.9, sqlite: undefined, postgres: 1.2 },
  'client_credentials, JWT ES256': { floor: 0.8, sqlite: undefined, postgres: undefined },
  'code flow with PKCE, signed in': { floor: 0.8, sqlite: 1.5, postgres: 4 },
  'refresh with rotation': { floor: 0.8, sqlite: 1, postgres: 2.5 },
  introspection: { floor: 0.8, sqlite: 2.5, postgres: 3 },
  userinfo: { floor: 0.8, sqlite: 2.5, postgres: 6 },
  'session read': { floor: 0.8, sqlite: undefined, postgres: undefined },
  discovery: { floor: 0.8, sqlite: undefined, postgres: undefined },
  JWKS: { floor: 0.8, sqlite: undefined, postgres: undefined },
} as const satisfies Record<string, PeerGoal>

interface PeerGoal {
  readonly floor: number
  /** Beside the peer's own memory. */
  readonly sqlite: number | undefined
  /** Beside the peer on the same PostgreSQL. */
  readonly postgres: number | undefined
}

export type PeerRow = keyof typeof PEER_ROWS

export const peerFigure = (row: PeerRow, side: 'floor' | 'ours' | 'peer'): string =>
  `beside the peer: ${row}, ${side}`

/** The table of one engine, as Markdown. */
export const renderPeerTable = (engine: DatabaseConfig['kind'], figures: Figures): string => {
  const rate = (row: PeerRow, side: 'floor' | 'ours' | 'peer'): string =>
    Math.round(spreadOf(figures.values(peerFigure(row, side))).median).toLocaleString('en')
  const compared = (row: PeerRow, other: 'floor' | 'peer') =>
    spreadOf(
      combineRounds(
        figures.values(peerFigure(row, 'ours')),
        figures.values(peerFigure(row, other)),
        (one, two) => one / two,
      ),
    )
  const lines = (Object.keys(PEER_ROWS) as PeerRow[]).map((row) => {
    const goal: PeerGoal = PEER_ROWS[row]
    const hasPeer = figures.has(peerFigure(row, 'peer'))
    const share = compared(row, 'floor')
    const times = hasPeer ? compared(row, 'peer') : undefined
    return `| ${[
      row,
      rate(row, 'floor'),
      hasPeer ? rate(row, 'peer') : '–',
      rate(row, 'ours'),
      `${mark(share.median, goal.floor)}${percent(share.median)} (${percent(share.low)} – ${percent(share.high)}), goal ${percent(goal.floor)}`,
      times === undefined
        ? '–'
        : `${mark(times.median, goal[engine])}${ratio(times.median)} (${ratio(times.low)} – ${ratio(times.high)})${goal[engine] === undefined ? '' : `, goal ${goal[engine]}×`}`,
    ].join(' | ')} |`
  })
  return `### Beside oidc-provider ${engine === 'postgres' ? 'with an adapter on the same PostgreSQL' : 'in its memory'}

| request | floor | oidc-provider | Countersign | share of the floor | times the peer |
|---|---|---|---|---|---|
${lines.join('\n')}`
}

const percent = (value: number): string => `${Math.round(value * 100)} %`
const ratio = (value: number): string => `${value.toFixed(1)}×`
const mark = (value: number, goal: number | undefined): string =>
  goal === undefined ? '' : value >= goal ? '✓ ' : '✗ '
