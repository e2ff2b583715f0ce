import type { JsonValue } from '../kernel/json.ts'
import { equalJson, isJsonObject } from '../kernel/json.ts'
import { invalid, malformed } from '../kernel/problem.ts'
import { parseJsonPointer } from './json-pointer.ts'

type Pointer = readonly string[]

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: Pointer; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: Pointer }
  | { readonly op: 'move' | 'copy'; readonly path: Pointer; readonly from: Pointer }

/** More would be a program, not a patch; `copy` of what was copied doubles the document each time. */
const MOST_OPERATIONS = 1000
const MOST_COPIES = 20

/**
 * Reads a JSON Patch document (RFC 6902 §3, §4); members that an operation does not know are ignored.
 * @throws {Problem} malformed — no array, an unknown operation, a missing member
 */
export const parseJsonPatch = (patch: JsonValue): readonly PatchOperation[] => {
  if (!Array.isArray(patch)) throw malformed('a JSON Patch is an array of operations, each with op and path')
  if (patch.length > MOST_OPERATIONS)
    throw malformed(`a JSON Patch may have at most ${MOST_OPERATIONS} operations`)
  const operations = patch.map((operation, index) => parseOperation(operation, `[${index}]`))
  if (operations.filter(({ op }) => op === 'copy').length > MOST_COPIES)
    throw malformed(`a JSON Patch may copy at most ${MOST_COPIES} times`)
  return operations
}

const parseOperation = (operation: JsonValue, at: string): PatchOperation => {
  if (!isJsonObject(operation)) throw malformed('expected an object with op and path', at)
  const pointer = (member: 'path' | 'from'): Pointer => {
    const given = operation[member]
    if (typeof given !== 'string') throw malformed('expected a JSON Pointer', `${at}.${member}`)
    return parseJsonPointer(given, `${at}.${member}`)
  }
  const { op } = operation
  switch (op) {
    case 'add':
    case 'replace':
    case 'test': {
      const { value } = operation
      if (value === undefined) throw malformed('is missing', `${at}.value`)
      return { op, path: pointer('path'), value }
    }
    case 'remove':
      return { op, path: pointer('path') }
    case 'move':
    case 'copy': {
      const [from, path] = [pointer('from'), pointer('path')]
      // NOTE: RFC 6902 §4.4: a value cannot be moved into one of its children.
      if (op === 'move' && from.length < path.length && from.every((part, index) => part === path[index]))
        throw malformed('a value cannot be moved into itself', `${at}.path`)
      return { op, path, from }
    }
    default:
      throw malformed('expected add, remove, replace, move, copy or test', `${at}.op`)
  }
}

/**
 * Applies the operations in order (RFC 6902 §5: all or nothing); the document itself is never changed.
 * @throws {Problem} invalid — a place that does not exist, a failed test
 */
export const applyJsonPatch = (document: JsonValue, operations: readonly PatchOperation[]): JsonValue =>
  operations.reduce<JsonValue>(
    (current, operation, index) => apply(current, operation, `[${index}]`),
    document,
  )

const apply = (document: JsonValue, operation: PatchOperation, at: string): JsonValue => {
  const atPath = `${at}.path`
  switch (operation.op) {
    case 'add':
      return add(document, operation.path, operation.value, atPath)
    case 'remove':
      return remove(document, operation.path, atPath)
    case 'replace':
      return replace(document, operation.path, operation.value, atPath)
    case 'test':
      if (!equalJson(find(document, operation.path, atPath), operation.value))
        throw invalid('the test failed: another value is there', atPath)
      return document
    case 'copy':
      return add(document, operation.path, find(document, operation.from, `${at}.from`), atPath)
    case 'move': {
      const value = find(document, operation.from, `${at}.from`)
      if (equalJson(operation.from, operation.path)) return document
      return add(remove(document, operation.from, atPath), operation.path, value, atPath)
    }
  }
}

const missing = (at: string) => invalid('there is nothing at this place', at)

const find = (document: JsonValue, pointer: Pointer, at: string): JsonValue =>
  pointer.reduce<JsonValue>((value, part) => child(value, part, at), document)

const child = (value: JsonValue, part: string, at: string): JsonValue => {
  const found = Array.isArray(value)
    ? value[indexOf(part, value.length - 1, at)]
    : isJsonObject(value) && Object.hasOwn(value, part)
      ? value[part]
      : undefined
  if (found === undefined) throw missing(at)
  return found
}

/** RFC 6901 §4: digits without leading zeros. */
const indexOf = (part: string, highest: number, at: string): number => {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : Number.POSITIVE_INFINITY
  if (index > highest) throw missing(at)
  return index
}

type Edit = (container: readonly JsonValue[] | ReadonlyMap<string, JsonValue>, last: string) => JsonValue

/** Rebuilds the containers along the pointer; the last one is rebuilt by `change`. */
const edit = (document: JsonValue, [first, ...rest]: Pointer, at: string, change: Edit): JsonValue => {
  if (first === undefined) throw missing(at)
  if (!Array.isArray(document) && !isJsonObject(document)) throw missing(at)
  if (rest.length === 0)
    return change(Array.isArray(document) ? document : new Map(Object.entries(document)), first)
  const inner = edit(child(document, first, at), rest, at, change)
  return Array.isArray(document)
    ? document.with(Number(first), inner)
    : Object.fromEntries(new Map(Object.entries(document)).set(first, inner))
}

const add = (document: JsonValue, pointer: Pointer, value: JsonValue, at: string): JsonValue => {
  if (pointer.length === 0) return value
  return edit(document, pointer, at, (container, last) => {
    if (!isList(container)) return Object.fromEntries(new Map(container).set(last, value))
    const index = last === '-' ? container.length : indexOf(last, container.length, at)
    return container.toSpliced(index, 0, value)
  })
}

const remove = (document: JsonValue, pointer: Pointer, at: string): JsonValue =>
  edit(document, pointer, at, (container, last) => {
    if (isList(container)) return container.toSpliced(indexOf(last, container.length - 1, at), 1)
    const rest = new Map(container)
    if (!rest.delete(last)) throw missing(at)
    return Object.fromEntries(rest)
  })

const replace = (document: JsonValue, pointer: Pointer, value: JsonValue, at: string): JsonValue => {
  if (pointer.length === 0) return value
  return edit(document, pointer, at, (container, last) => {
    if (isList(container)) return container.with(indexOf(last, container.length - 1, at), value)
    if (!container.has(last)) throw missing(at)
    return Object.fromEntries(new Map(container).set(last, value))
  })
}

const isList = (
  container: readonly JsonValue[] | ReadonlyMap<string, JsonValue>,
): container is readonly JsonValue[] => Array.isArray(container)
