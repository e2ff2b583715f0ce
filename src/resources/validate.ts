import type { z } from 'zod'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { ProblemIssue } from '../kernel/problem.ts'
import { Problem } from '../kernel/problem.ts'
import type { ResourceKind } from './resource-kind.ts'

/** More faults than anybody reads at once. */
const MOST_ISSUES = 50

/**
 * Checks attributes (without id, resourceType and meta) against the schema of their kind.
 * @throws {Problem} invalid — every fault with its full path, `User.emails[0].value`; never with a value
 */
export const validate = <Input>(
  kind: Pick<ResourceKind<Input>, 'type' | 'schema' | 'writeOnly'>,
  attributes: JsonObject,
): Input => {
  const result = kind.schema.safeParse(withoutNulls(attributes, kind.writeOnly))
  if (result.success) return result.data
  const issues = result.error.issues.flatMap((issue) => toIssues(issue, kind.type)).slice(0, MOST_ISSUES)
  throw new Problem({ kind: 'invalid', issues })
}

const toIssues = (issue: z.core.$ZodIssue, type: string): readonly ProblemIssue[] => {
  const path = pathText([type, ...issue.path])
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: pathText([type, ...issue.path, shorten(key)]),
        message: 'unknown attribute; check its spelling',
      }))
    case 'invalid_type':
      return [{ path, message: `expected ${EXPECTED[issue.expected] ?? issue.expected}` }]
    default:
      return [{ path, message: issue.message }]
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  array: 'array',
  object: 'an object',
  record: 'an object',
}

const pathText = (parts: readonly PropertyKey[]): string =>
  parts
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`,
    )
    .join('')

const shorten = (key: string): string => (key.length > 80 ? `${key.slice(0, 80).toWellFormed()}…` : key)

/** Drops attributes that are null: they say the same as being left out. `keep` and what is inside them stays. */
const withoutNulls = (attributes: JsonObject, keep: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([name, value]) => value !== null || keep.includes(name))
      .map(([name, value]) => [name, keep.includes(name) ? value : pruned(value)]),
  )

const pruned = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map(pruned)
  return isJsonObject(value) ? withoutNulls(value, []) : value
}
