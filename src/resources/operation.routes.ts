import type { Context } from 'hono'
import type { z } from 'zod'
import type { AppEnv } from '../http/app-env.ts'
import type { Caller } from '../http/caller.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid } from '../kernel/problem.ts'
import type { ResourceOperation } from './resource-action.ts'
import type { ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { readDocument } from './respond-resource.ts'
import { validate } from './validate.ts'

export type OperationDeps = Pick<ResourceRoutesDeps, 'callerOf' | 'mayAct'>

export interface Operation<Input> {
  /** `$rotate` */
  readonly name: string
  readonly schema: z.ZodType<Input>
  /** What somebody must be allowed to do who may call it. */
  readonly needs: { readonly operation: ResourceOperation; readonly type: string; readonly id?: string }
}

/**
 * Who calls an operation on resources, `POST /<Type>/<id>/$name`, and what they ask for.
 * @throws {Problem} unauthenticated; forbidden; malformed; invalid — every fault with its path, `$name.attribute`
 */
export const readOperation = async <Input>(
  deps: OperationDeps,
  c: Context<AppEnv>,
  { name, schema, needs }: Operation<Input>,
): Promise<{ readonly caller: Caller; readonly input: Input }> => {
  const allowed = () => authorize(deps, c, { kind: needs }, needs.operation, needs.id)
  await allowed()
  const { body } = await readDocument(c)
  // NOTE: a body may take half a minute to arrive; whoever lost the right meanwhile must not do it.
  const caller = await allowed()
  // NOTE: an empty body asks for nothing in particular.
  const given = body ?? {}
  if (!isJsonObject(given)) throw invalid('expected an object', name)
  return { caller, input: validate({ type: name, schema, writeOnly: [] }, given) }
}
