import type { Bench, Target } from './bench.ts'
import type { Ask } from './connection.ts'
import type { BenchClient } from './countersign.ts'
import { CLIENTS } from './countersign.ts'
import type { RateRow, Side } from './figures.ts'
import { rateFigure } from './figures.ts'
import { rateOf } from './load.ts'
import type { Resident, Tokens } from './token-rows.ts'
import { FLOOR_USERINFO, floorTokens, prepareCodes, redeemAll, refreshAll, userinfo } from './token-rows.ts'

const FLOOR_DOCUMENT: Ask = { path: '/document' }

type Measure = Readonly<Record<Side, () => Promise<number>>>

/** Runs both sides of a row, the floor first in even rounds and last in odd ones. */
const measureRow = async (bench: Bench, row: RateRow, round: number, measure: Measure): Promise<void> => {
  const order: readonly Side[] = round % 2 === 0 ? ['floor', 'ours'] : ['ours', 'floor']
  for (const side of order) bench.figures.record(rateFigure(row, side), await measure[side]())
}

export const measureRates = async (bench: Bench, resident: Resident, round: number): Promise<void> => {
  const jwt = await measureTokens(bench, CLIENTS.jwt, 'JWT (RS256)', resident, round)
  const opaque = await measureTokens(bench, CLIENTS.opaque, 'opaque', resident, round)
  const rate = (target: Target, ask: Ask) => () => rateOf(target.connections, ask, bench.plan.rowMs)
  const rows: readonly (readonly [RateRow, Ask, Ask])[] = [
    ['userinfo, opaque token', FLOOR_USERINFO, userinfo(opaque.accessToken)],
    ['userinfo, JWT', FLOOR_USERINFO, userinfo(jwt.accessToken)],
    ['discovery', FLOOR_DOCUMENT, { path: '/.well-known/openid-configuration' }],
    ['JWKS', FLOOR_DOCUMENT, { path: '/.well-known/jwks.json' }],
  ]
  for (const [row, floorAsk, ask] of rows)
    await measureRow(bench, row, round, { floor: rate(bench.floor, floorAsk), ours: rate(bench.ours, ask) })
}

/** Redeems fresh codes, then refreshes what came of them. Returns tokens that are still good. */
const measureTokens = async (
  bench: Bench,
  client: BenchClient,
  format: 'JWT (RS256)' | 'opaque',
  resident: Resident,
  round: number,
): Promise<Tokens> => {
  const { floor, ours, plan } = bench
  const codes = await prepareCodes(ours.connections, client, resident.cookie, plan.tokenRequests)
  let tokens: readonly Tokens[] = []
  const floorRate = async () => (await floorTokens(floor.connections, client, plan.tokenRequests)).perSecond
  await measureRow(bench, `code → token, ${format}`, round, {
    floor: floorRate,
    ours: async () => {
      const redeemed = await redeemAll(ours.connections, client, codes)
      tokens = redeemed.results
      return redeemed.perSecond
    },
  })
  await measureRow(bench, `refresh with rotation, ${format}`, round, {
    floor: floorRate,
    ours: async () => {
      const refreshed = await refreshAll(ours.connections, client, tokens)
      tokens = refreshed.results
      return refreshed.perSecond
    },
  })
  const [last] = tokens.slice(-1)
  if (last === undefined) throw new Error('no token was issued')
  return last
}
