import type { Connection } from './connection.ts'
import { CLIENTS } from './countersign.ts'
import { expectStatus, pause, timed } from './load.ts'
import type { Resident } from './token-rows.ts'
import { refresh, userinfo } from './token-rows.ts'

const PAUSE_MS = 4

export interface Latencies {
  readonly userinfo: readonly number[]
  readonly token: readonly number[]
}

export type Probe = (isOver: () => boolean) => Promise<Latencies>

/**
 * What another visitor feels: a userinfo request and a token request (refresh, JWT) in turn, with pauses, so that the
 * probe itself is no load. Answers the milliseconds of each.
 */
export const createProbe = (connection: Connection, resident: Resident): Probe => {
  const ask = userinfo(resident.opaque.accessToken)
  let { refreshToken } = resident.jwt
  return async (isOver) => {
    const latencies = { userinfo: [] as number[], token: [] as number[] }
    while (latencies.token.length === 0 || !isOver()) {
      const read = await timed(async () => expectStatus(ask, await connection.send(ask), 200))
      latencies.userinfo.push(read.milliseconds)
      await pause(PAUSE_MS)
      const refreshed = await timed(() => refresh(connection, CLIENTS.jwt, refreshToken))
      latencies.token.push(refreshed.milliseconds)
      refreshToken = refreshed.result.refreshToken
      await pause(PAUSE_MS)
    }
    return latencies
  }
}
