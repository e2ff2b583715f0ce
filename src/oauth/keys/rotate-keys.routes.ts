import { Hono } from 'hono'
import { z } from 'zod'
import { CannotDecryptError } from '../../db/encrypted-column.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { responseFormat } from '../../http/negotiate.ts'
import { Problem } from '../../kernel/problem.ts'
import { allowOnly } from '../../resources/allow-only.routes.ts'
import type { OperationDeps } from '../../resources/operation.routes.ts'
import { readOperation } from '../../resources/operation.routes.ts'
import { actorOf } from '../../resources/resource-action.ts'
import { respondDocument } from '../../resources/respond-resource.ts'
import type { RotateAndRecordDeps } from './rotate-and-record.ts'
import { rotateAndRecord, toJson } from './rotate-and-record.ts'

export interface RotateKeysRoutesDeps extends OperationDeps, RotateAndRecordDeps {}

const NAME = '$rotate'

const schema = z.strictObject({
  how: z.enum(['soon', 'now', 'forget'], { error: 'expected soon, now or forget' }),
})

/** `POST /SigningKey/$rotate`: what `npm run rotate-keys` does, recorded with who asked for it. */
export const rotateKeysRoutes = (deps: RotateKeysRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  for (const prefix of ['', '/fhir']) {
    const path = `${prefix}/SigningKey/${NAME}`
    routes.post(path, async (c) => {
      const format = responseFormat(c)
      const needs = { operation: 'update', type: 'SigningKey' } as const
      const { caller, input } = await readOperation(deps, c, { name: NAME, schema, needs })
      const actor = actorOf(caller)
      const by = { origin: c.env.origin, ...(actor === undefined ? {} : { actor }) }
      const rotation = await rotateAndRecord(deps, input.how, by).catch(explain)
      return respondDocument(c, format, { how: input.how, ...toJson(rotation) })
    })
    allowOnly(routes, path, 'POST')
  }
  return routes
}

const explain = (error: unknown): never => {
  if (!(error instanceof CannotDecryptError)) throw error
  const message = 'this server has another COUNTERSIGN_SECRET_KEY than the one that made the keys'
  throw new Problem({ kind: 'unavailable', retryAfterSeconds: 60, message }, { cause: error })
}
