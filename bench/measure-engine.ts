import type { DatabaseConfig } from '../src/db/open-database.ts'
import type { Bench, Target } from './bench.ts'
import { closeTarget, openTarget } from './bench.ts'
import type { ChildServer } from './child-server.ts'
import { freePort, startChildServer } from './child-server.ts'
import { openConnection } from './connection.ts'
import { createClients, createUsers, startCountersign } from './countersign.ts'
import type { Figures } from './figures.ts'
import { createFigures } from './figures.ts'
import { pause, rateOf } from './load.ts'
import { measurePeerRows, settleInAtPeer } from './peer-rows.ts'
import type { Plan } from './plan.ts'
import { createProbe } from './probe.ts'
import { measureRates } from './rate-round.ts'
import { measureBurst, measureMachine, measureSignInsAlone } from './sign-in-round.ts'
import { settleIn } from './token-rows.ts'

/** After the start, before the idle memory is read. */
const SETTLE_MS = 3000

/** New, empty databases of one engine and a folder for logs. */
export interface EngineRoom {
  readonly kind: DatabaseConfig['kind']
  readonly folder: string
  readonly freshDatabase: () => Promise<DatabaseConfig>
}

export type Log = (text: string) => void

/** Measures everything on one engine: starts and idle memory, then the rounds, then the loaded memory. */
export const measureEngine = async (room: EngineRoom, plan: Plan, log: Log): Promise<Figures> => {
  const figures = createFigures()
  log('starts')
  await measureStarts(room, plan, figures)
  const floor = openTarget(await startFloor(room))
  const ours = openTarget(await startCountersign(await room.freshDatabase(), room.folder))
  const peer = openTarget(await startPeer(room))
  try {
    log('clients and users')
    await createClients(ours.connection)
    const needed = (2 * plan.signInsAlone + plan.signInsInBurst) * (plan.rounds + 1) + 1
    const users = (await createUsers(ours.connections, needed)).values()
    const takeUsers: Bench['takeUsers'] = (count) => users.take(count).toArray()
    const loadedFrom = performance.now()
    await measureRounds({ engine: room.kind, plan, figures, floor, ours, takeUsers }, peer, log)
    const remainingMs = plan.loadedSeconds * 1000 - (performance.now() - loadedFrom)
    log('memory')
    if (remainingMs > 0) await rateOf(ours.connections, { path: '/.well-known/jwks.json' }, remainingMs)
    figures.record('loaded memory', ours.server.residentMemory())
    figures.record('peak memory', ours.server.peakMemory() ?? Number.NaN)
    figures.record('loaded memory of the floor', floor.server.residentMemory())
  } finally {
    await Promise.all([closeTarget(floor), closeTarget(ours), closeTarget(peer)])
  }
  return figures
}

const measureRounds = async (bench: Bench, peer: Target, log: Log): Promise<void> => {
  const { ours } = bench
  const [user] = bench.takeUsers(1)
  if (user === undefined) throw new Error('there is no user left')
  const resident = await settleIn(ours.connection, ours.server.origin, user)
  const cookies = { ours: resident.cookie, peer: await settleInAtPeer(peer) }
  const probeConnection = openConnection(ours.server.origin)
  const probe = createProbe(probeConnection, resident)
  const measureRound = async (target: Bench, round: number): Promise<void> => {
    await measureMachine(target)
    await measureSignInsAlone(target)
    await measureBurst(target, probe)
    await measureRates(target, resident, round)
    await measurePeerRows(target, peer, cookies, round)
  }
  log('warm-up')
  await measureRound({ ...bench, figures: createFigures() }, 0)
  for (let round = 0; round < bench.plan.rounds; round += 1) {
    log(`round ${round + 1} of ${bench.plan.rounds}`)
    await measureRound(bench, round)
  }
  await probeConnection.close()
}

const measureStarts = async (room: EngineRoom, plan: Plan, figures: Figures): Promise<void> => {
  for (let round = 0; round < plan.starts; round += 1) {
    const floor = await startFloor(room)
    figures.record('start of the floor', floor.startMs)
    await pause(round === 0 ? SETTLE_MS : 0)
    if (round === 0) figures.record('idle memory of the floor', floor.residentMemory())
    await floor.stop()
    const database = await room.freshDatabase()
    for (const name of ['first start', 'second start']) {
      const server = await startCountersign(database, room.folder)
      figures.record(name, server.startMs)
      if (name === 'second start') {
        await pause(SETTLE_MS)
        figures.record('idle memory', server.residentMemory())
      }
      await server.stop()
    }
  }
}

export const startFloor = async ({ freshDatabase, folder }: EngineRoom): Promise<ChildServer> => {
  const database = await freshDatabase()
  const place = database.kind === 'sqlite' ? database.directory : database.url
  return startChildServer({
    script: new URL('./floor-server.ts', import.meta.url).pathname,
    words: [database.kind, place],
    log: `${folder}/floor.log`,
    port: await freePort(),
  })
}

/** The peer keeps everything in its memory where there is no PostgreSQL. */
const startPeer = async ({ kind, freshDatabase, folder }: EngineRoom): Promise<ChildServer> => {
  const database = kind === 'postgres' ? await freshDatabase() : undefined
  return startChildServer({
    script: new URL('./peer-server.ts', import.meta.url).pathname,
    words: database?.kind === 'postgres' ? ['postgres', database.url] : ['memory'],
    log: `${folder}/peer.log`,
    port: await freePort(),
  })
}
