import type { Context } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import type { Caller } from '../http/caller.ts'
import { Problem } from '../kernel/problem.ts'
import type { Random } from '../kernel/random.ts'
import type { Base } from './present.ts'
import type { ResourceStore } from './resource.store.ts'
import type { MayAct, ResourceOperation } from './resource-action.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { WriteResource } from './write-resource.ts'

export interface ResourceRoutesDeps {
  readonly kinds: readonly ResourceKind[]
  readonly store: ResourceStore
  readonly writer: WriteResource
  /** Without trailing slash. */
  readonly publicUrl: string
  readonly random: Random
  readonly mayAct: MayAct
  /** Who sends the request. @throws {Problem} unauthenticated — credentials that are wrong */
  readonly callerOf: (c: Context<AppEnv>) => Promise<Caller>
}

/** One kind at one base: what a group of routes is made for. */
export interface Mount {
  readonly kind: ResourceKind
  readonly base: Base
  /** `/User` or `/fhir/User`. */
  readonly path: string
}

/**
 * Who acts, if they may. Comes before everything else in a handler, so that nobody learns what exists.
 * @throws {Problem} unauthenticated — nobody; forbidden — somebody who may not
 */
export const authorize = async (
  deps: Pick<ResourceRoutesDeps, 'callerOf' | 'mayAct'>,
  c: Context<AppEnv>,
  { kind }: { readonly kind: Pick<ResourceKind, 'type'> },
  operation: ResourceOperation,
  id?: string,
): Promise<Caller> => {
  const caller = await deps.callerOf(c)
  const action = { operation, type: kind.type, ...(id === undefined ? {} : { id }) }
  if ((await deps.mayAct(caller, action)) === 'allow') return caller
  throw new Problem({ kind: caller.kind === 'anonymous' ? 'unauthenticated' : 'forbidden' })
}
