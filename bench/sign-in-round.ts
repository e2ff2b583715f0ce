import type { Bench } from './bench.ts'
import { openConnection } from './connection.ts'
import { CLIENTS } from './countersign.ts'
import { expectStatus, runAll, timed } from './load.ts'
import type { Probe } from './probe.ts'
import { signIn, signInByJson } from './sign-in.ts'
import { medianOf } from './statistics.ts'
import { FLOOR_USERINFO } from './token-rows.ts'

const FLOOR_SIGN_IN = { path: '/sign-in', method: 'POST', body: 'password' } as const

/** Sign-ins one at a time, a bare hash and the floor's sign-in after each, so that all three see the same machine. */
export const measureSignInsAlone = async (bench: Bench): Promise<void> => {
  const { figures, floor, ours, plan } = bench
  const whole: number[] = []
  const json: number[] = []
  const hash: number[] = []
  const bare: number[] = []
  for (const user of bench.takeUsers(plan.signInsAlone)) {
    const run = () => signIn(ours.connection, ours.server.origin, CLIENTS.jwt, user)
    whole.push((await timed(run)).milliseconds)
    const ask = { path: '/hash' }
    hash.push(Number(expectStatus(ask, await floor.connection.send(ask), 200).body))
    const [other] = bench.takeUsers(1)
    if (other === undefined) throw new Error('there is no user left')
    json.push(await signInByJson(ours.connection, ours.server.origin, CLIENTS.jwt, other))
    bare.push((await timed(() => floorSignIn(bench.floor.connection))).milliseconds)
  }
  figures.record('sign-in', medianOf(whole))
  figures.record('hash', medianOf(hash))
  figures.record('sign-in beside the hash', medianOf(whole) - medianOf(hash))
  figures.record('JSON sign-in', medianOf(json))
  figures.record('JSON sign-in beside the hash', medianOf(json) - medianOf(hash))
  figures.record('floor sign-in beside the hash', medianOf(bare) - medianOf(hash))
}

const floorSignIn = async (connection: Bench['floor']['connection']): Promise<void> => {
  expectStatus(FLOOR_SIGN_IN, await connection.send(FLOOR_SIGN_IN), 303)
}

/** Sign-ins on every connection at once, beside the floor's, and what others feel meanwhile. */
export const measureBurst = async (bench: Bench, probe: Probe): Promise<void> => {
  const { figures, floor, ours, plan } = bench
  const idleEnd = performance.now() + plan.idleMs
  const idle = await probe(() => performance.now() > idleEnd)

  const users = bench.takeUsers(plan.signInsInBurst)
  let isBurstOver = false
  const burst = runAll(ours.connections, users, (connection, user) =>
    signIn(connection, ours.server.origin, CLIENTS.jwt, user),
  ).finally(() => {
    isBurstOver = true
  })
  const [{ perSecond }, busy] = await Promise.all([burst, probe(() => isBurstOver)])
  const bare = await runAll(floor.connections, users, floorSignIn)

  figures.record('burst, ours', perSecond)
  figures.record('burst, floor', bare.perSecond)
  for (const kind of ['userinfo', 'token'] as const) {
    figures.record(`${kind} idle`, medianOf(idle[kind]))
    figures.record(`${kind} in the burst`, medianOf(busy[kind]))
  }
}

/** One durable insert and one lookup of the floor, alone: what this machine's disk and database give. */
export const measureMachine = async ({ figures, floor, plan }: Bench): Promise<void> => {
  const connection = openConnection(floor.server.origin)
  for (const [name, ask] of [
    ['insert alone', { path: '/insert', method: 'POST' }],
    ['lookup alone', FLOOR_USERINFO],
  ] as const) {
    const milliseconds: number[] = []
    for (let count = 0; count < plan.signInsAlone; count += 1)
      milliseconds.push(
        (await timed(async () => expectStatus(ask, await connection.send(ask), 200))).milliseconds,
      )
    figures.record(name, medianOf(milliseconds))
  }
  await connection.close()
}
