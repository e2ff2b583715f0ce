import { z } from 'zod'
import type { JsonObject } from '../../kernel/json.ts'
import type { ResourceKind } from '../../resources/resource-kind.ts'
import { parseScope } from '../scope.ts'
import { SCOPE_KEY } from './scope-texts.store.ts'

const line = (longest: number) =>
  z.string().min(1, 'expected at least one character').max(longest, `expected at most ${longest} characters`)

const schema = z.strictObject({
  scope: line(255).refine(
    (scope) => parseScope(scope)?.length === 1 && !scope.includes(' '),
    'expected a scope: printable ASCII without blanks, quotes and backslashes',
  ),
  title: line(200),
  description: line(1000).optional(),
})

/** What a scope is called where people are asked to allow it. One per scope. */
export const SCOPE_KIND: ResourceKind<z.infer<typeof schema>> = {
  type: 'Scope',
  schema,
  writeOnly: [],
  unsearchable: [],
  referencePaths: [],
  searchParameters: {},
  lookupKeys: (_id, { scope }) => [{ name: SCOPE_KEY, value: String(scope), isUnique: true }],
  prepareWrite: async (input) => ({ document: input as JsonObject, steps: [], changedSecrets: [] }),
  deleteSteps: () => [],
}
