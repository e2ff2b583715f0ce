import type { DatabaseConfig } from '../src/db/open-database.ts'
import type { ChildServer } from './child-server.ts'
import type { Connection } from './connection.ts'
import { openConnection } from './connection.ts'
import type { BenchUser } from './countersign.ts'
import type { Figures } from './figures.ts'
import type { Plan } from './plan.ts'
import { CONNECTIONS } from './plan.ts'

/** A running server and the connections to it. */
export interface Target {
  readonly server: ChildServer
  readonly connections: readonly Connection[]
  /** The first of them, for what happens one at a time. */
  readonly connection: Connection
}

/** Both servers on one database engine, and where the figures go. */
export interface Bench {
  readonly engine: DatabaseConfig['kind']
  readonly plan: Plan
  readonly figures: Figures
  readonly floor: Target
  readonly ours: Target
  /** Users who did not sign in yet. */
  readonly takeUsers: (count: number) => readonly BenchUser[]
}

export const openTarget = (server: ChildServer): Target => {
  const connection = openConnection(server.origin)
  const others = Array.from({ length: CONNECTIONS - 1 }, () => openConnection(server.origin))
  return { server, connection, connections: [connection, ...others] }
}

export const closeTarget = async ({ server, connections }: Target): Promise<void> => {
  await Promise.all(connections.map((connection) => connection.close()))
  await server.stop()
}
