import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readFields } from '../http/fields.ts'
import { Problem } from '../kernel/problem.ts'
import { actorOf } from '../resources/resource-action.ts'
import type { ResourceRoutesDeps } from '../resources/resource-routes-deps.ts'
import { RESET_PASSWORD_PATH } from '../sign-in/sign-in-paths.ts'
import type { ForceResetDeps } from './force-reset.ts'
import { forceReset } from './force-reset.ts'
import { answerPassword, required } from './password-answers.routes.ts'

export interface ForceResetRoutesDeps
  extends ForceResetDeps,
    Pick<ResourceRoutesDeps, 'callerOf' | 'mayAct' | 'publicUrl'> {}

/**
 * POST /auth/force-reset-password, for whoever may update the User. The answer alone holds the link: bringing it to its
 * person is the caller's part.
 */
export const forceResetRoutes = (deps: ForceResetRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().post('/auth/force-reset-password', async (c) => {
    const origin = c.env.origin
    const caller = await deps.callerOf(c)
    const actor = actorOf(caller)
    if ((await deps.mayAct(caller, { operation: 'update', type: 'User' })) === 'deny') {
      if (actor === undefined) throw new Problem({ kind: 'unauthenticated' })
      await deps.auditLog.record({
        event: 'password-force-reset',
        outcome: 'failure',
        reason: 'not-allowed',
        actor,
        origin,
      })
      throw new Problem({ kind: 'forbidden' })
    }
    const userId = required((await readFields(c)).values, 'userId')
    const outcome = await forceReset(deps, { userId, actor, origin })
    if (outcome.kind === 'unknown-user') return answerPassword(c, 'user_not_found')
    const { token } = outcome
    const resetUrl = `${deps.publicUrl}${RESET_PASSWORD_PATH}?token=${token}`
    return answerPassword(c, 'password_reset_link_issued', { resetUrl, token })
  })
