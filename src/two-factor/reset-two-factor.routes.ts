import { Hono } from 'hono'
import { z } from 'zod'
import type { AppEnv } from '../http/app-env.ts'
import { responseFormat } from '../http/negotiate.ts'
import { Problem } from '../kernel/problem.ts'
import { allowOnly } from '../resources/allow-only.routes.ts'
import type { OperationDeps } from '../resources/operation.routes.ts'
import { readOperation } from '../resources/operation.routes.ts'
import { presentAll } from '../resources/present.ts'
import type { ResourceStore } from '../resources/resource.store.ts'
import { actorOf } from '../resources/resource-action.ts'
import type { ReadableKind } from '../resources/resource-kind.ts'
import { respondDocument } from '../resources/respond-resource.ts'
import type { ResetTwoFactorDeps } from './reset-two-factor.ts'
import { resetTwoFactor } from './reset-two-factor.ts'

export interface ResetTwoFactorRoutesDeps extends OperationDeps, ResetTwoFactorDeps {
  readonly userKind: ReadableKind
  readonly store: Pick<ResourceStore, 'find'>
}

const NAME = '$reset-two-factor'

/** As much as the audit log keeps. */
const MOST_REASON = 300

const schema = z.strictObject({
  reason: z
    .string({ error: 'say why the second factor is taken away' })
    .trim()
    .min(1, 'say why the second factor is taken away')
    .max(MOST_REASON, `expected at most ${MOST_REASON} characters`),
})

/** `POST /User/<id>/$reset-two-factor`, for whoever may update the User; answers the User. */
export const resetTwoFactorRoutes = (deps: ResetTwoFactorRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  for (const [prefix, base] of [
    ['', 'plain'],
    ['/fhir', 'fhir'],
  ] as const) {
    const path = `${prefix}/User/:id/${NAME}`
    routes.post(path, async (c) => {
      const userId = c.req.param('id') ?? ''
      const format = responseFormat(c)
      const { caller, input } = await readOperation(deps, c, {
        name: NAME,
        schema,
        needs: { operation: 'update', type: 'User', id: userId },
      })
      const user = await deps.store.find('User', userId)
      if (user === undefined || user.isDeleted)
        throw new Problem({ kind: 'not-found', message: `Resource User/${userId} not found` })
      const actor = actorOf(caller)
      if (actor === undefined) throw new Problem({ kind: 'unauthenticated' })
      const isOwn = caller.kind === 'user' && caller.userId === userId
      await resetTwoFactor(deps, {
        userId,
        reason: input.reason,
        actor,
        ownSessionId: isOwn ? caller.sessionId : undefined,
        origin: c.env.origin,
      })
      const [document = {}] = await presentAll(deps.userKind, [user], base)
      return respondDocument(c, format, document)
    })
    allowOnly(routes, path, 'POST')
  }
  return routes
}
