import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Caller } from '../http/caller.ts'
import { answer } from '../http/respond.ts'
import type { Clock } from '../kernel/clock.ts'
import { Problem } from '../kernel/problem.ts'
import type { Transact } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { MayAct } from '../resources/resource-action.ts'
import { actorOf } from '../resources/resource-action.ts'
import type { SessionStore } from './session.store.ts'

export interface DropSessionRoutesDeps {
  /** Who sends the request. @throws {Problem} unauthenticated; forbidden — by a cookie that another site may have sent */
  readonly callerOf: (c: Context<AppEnv>) => Promise<Caller>
  readonly mayAct: MayAct
  readonly sessions: Pick<SessionStore, 'endSteps' | 'endAllOfUserSteps' | 'findParentId'>
  /** Whether the application shares the session of its users' browsers. */
  readonly isFirstParty: (clientId: string) => Promise<boolean>
  readonly userExists: (userId: string) => Promise<boolean>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/** `DELETE /Session`: whoever shows a token or cookie ends it. `DELETE /User/<id>/$sessions`: all of a user's end. */
export const dropSessionRoutes = (deps: DropSessionRoutesDeps): Hono<AppEnv> => {
  const done = (c: Context): Response => answer(c, '{}', 200, 'application/json; charset=utf-8')

  const dropOwn = async (c: Context<AppEnv>): Promise<Response> => {
    const caller = await deps.callerOf(c)
    if (caller.kind === 'anonymous') throw new Problem({ kind: 'unauthenticated' })
    const { sessionId } = caller
    // NOTE: Basic credentials are of no session.
    if (sessionId === undefined) throw new Problem({ kind: 'forbidden' })
    const parentId = (await isShared(deps, caller)) ? await deps.sessions.findParentId(sessionId) : undefined
    const at = deps.clock.now()
    await commit(deps.transact, [
      ...deps.sessions.endSteps(sessionId, 'sign-out', at),
      ...(parentId === undefined ? [] : deps.sessions.endSteps(parentId, 'sign-out', at)),
      deps.auditLog.step(event(c, caller, { sessionId })),
    ])
    return done(c)
  }

  const dropAllOf = async (c: Context<AppEnv>): Promise<Response> => {
    const userId = c.req.param('id') ?? ''
    const caller = await deps.callerOf(c)
    const isOwn = caller.kind === 'user' && caller.userId === userId && caller.via === 'cookie'
    if (!isOwn && (await deps.mayAct(caller, { operation: 'delete', type: 'Session' })) !== 'allow')
      throw new Problem({ kind: caller.kind === 'anonymous' ? 'unauthenticated' : 'forbidden' })
    if (!(await deps.userExists(userId)))
      throw new Problem({ kind: 'not-found', message: `Resource User/${userId} not found` })
    await commit(deps.transact, [
      ...deps.sessions.endAllOfUserSteps(userId, 'sign-out', deps.clock.now()),
      deps.auditLog.step({ ...event(c, caller, { all: true }), userId }),
    ])
    return done(c)
  }

  const routes = new Hono<AppEnv>()
  for (const base of ['', '/fhir']) {
    routes.delete(`${base}/Session`, dropOwn)
    routes.delete(`${base}/User/:id/$sessions`, dropAllOf)
  }
  return routes
}

/** A first party's sign-out is the browser's, and the other way round. */
const isShared = async (deps: DropSessionRoutesDeps, caller: Caller): Promise<boolean> =>
  caller.kind === 'user' && caller.clientId !== undefined && (await deps.isFirstParty(caller.clientId))

const event = (c: Context<AppEnv>, caller: Caller, detail: NonNullable<AuditEvent['detail']>): AuditEvent => {
  const actor = actorOf(caller)
  return {
    event: 'sign-out',
    outcome: 'success',
    origin: c.env.origin,
    detail,
    ...(actor === undefined ? {} : { actor }),
    ...(caller.kind === 'user' ? { userId: caller.userId } : {}),
    ...(caller.kind !== 'anonymous' && caller.clientId !== undefined ? { clientId: caller.clientId } : {}),
  }
}
