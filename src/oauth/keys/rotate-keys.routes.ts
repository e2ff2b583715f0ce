import { Hono } from 'hono'
import { z } from 'zod'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import { CannotDecryptError } from '../../db/encrypted-column.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { responseFormat } from '../../http/negotiate.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { Problem } from '../../kernel/problem.ts'
import { allowOnly } from '../../resources/allow-only.routes.ts'
import type { OperationDeps } from '../../resources/operation.routes.ts'
import { readOperation } from '../../resources/operation.routes.ts'
import { actorOf } from '../../resources/resource-action.ts'
import { respondDocument } from '../../resources/respond-resource.ts'
import type { RotateHow, Rotation } from './change-keys.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface RotateKeysRoutesDeps extends OperationDeps {
  readonly keys: Pick<SigningKeys, 'rotate'>
  readonly auditLog: AuditLog
}

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
      const event = {
        event: 'signing-key-rotate',
        origin: c.get('origin'),
        ...(actor === undefined ? {} : { actor }),
      } as const
      const rotation = await rotate(deps, input.how, () =>
        deps.auditLog.record({
          ...event,
          outcome: 'failure',
          reason: 'unreadable-key',
          detail: { how: input.how },
        }),
      )
      const told = { how: input.how, ...toJson(rotation) }
      await deps.auditLog.record({ ...event, outcome: 'success', detail: told })
      return respondDocument(c, format, told)
    })
    allowOnly(routes, path, 'POST')
  }
  return routes
}

const rotate = async (
  { keys }: RotateKeysRoutesDeps,
  how: RotateHow,
  recordFailure: () => Promise<void>,
): Promise<Rotation> => {
  try {
    return await keys.rotate(how)
  } catch (error) {
    if (!(error instanceof CannotDecryptError)) throw error
    await recordFailure()
    const message = 'this server has another COUNTERSIGN_SECRET_KEY than the one that made the keys'
    throw new Problem({ kind: 'unavailable', retryAfterSeconds: 60, message }, { cause: error })
  }
}

const toJson = ({ made, waiting, own }: Rotation): JsonObject => ({
  made,
  waiting: waiting.map(({ kid, signsFrom }) => ({ kid, signsFrom: signsFrom.toISOString() })),
  own,
})
