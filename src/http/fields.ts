import type { Context } from 'hono'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'
import { readBody } from './body.ts'
import type { Form, Pairs } from './form.ts'
import { once, readForm, readFormPairs } from './form.ts'
import { parseJson } from './json.ts'
import { mediaTypeOf } from './media-type.ts'
import { prefersHtml } from './negotiate.ts'

const LIMIT_BYTES = 64 * 1024

/** What a program sends: parameters by name, as a form or as a JSON object of strings. */
export interface Fields {
  readonly values: Form
  /** Declared as JSON, which a form of another site cannot do and its scripts only after asking (Fetch §2.2.2). */
  readonly isJson: boolean
}

/**
 * Reads a JSON object of strings or a form, at most 64 KiB; null is as good as left out, an empty body has no parameters.
 * @throws {Problem} unsupported-media-type; too-large; malformed — naming the parameter
 */
export const readFields = async (c: Context): Promise<Fields> => {
  if (!isJsonBody(c)) return { values: await readForm(c), isJson: false }
  const body = await readBody(c, LIMIT_BYTES)
  return { values: body.byteLength === 0 ? new Map() : readObject(body), isJson: true }
}

export interface FieldsAndLists extends Fields {
  /** Of each name that came and may come more than once, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>
}

export interface FieldRules {
  /** In JSON nothing else is looked at: what no rule knows may be of any type (RFC 6749 §3.2). */
  readonly known: ReadonlySet<string>
  /** What may come more than once: a form repeats it, JSON has a string or a list of strings. */
  readonly lists: ReadonlySet<string>
}

/** As {@link readFields}, by the rules of an endpoint. @throws {Problem} as it does */
export const readFieldsBy = async (c: Context, rules: FieldRules): Promise<FieldsAndLists> => {
  if (!isJsonBody(c)) return { ...sorted(await readFormPairs(c), rules), isJson: false }
  const body = await readBody(c, LIMIT_BYTES)
  return { ...sorted(body.byteLength === 0 ? [] : pairsOf(parseObject(body), rules), rules), isJson: true }
}

const sorted = (pairs: Pairs, { lists: repeatable }: FieldRules): Omit<FieldsAndLists, 'isJson'> => {
  const lists = Map.groupBy(
    pairs.filter(([name]) => repeatable.has(name)),
    ([name]) => name,
  )
  return {
    values: once(pairs.filter(([name]) => !repeatable.has(name))),
    lists: new Map([...lists].map(([name, those]) => [name, those.map(([, value]) => value)])),
  }
}

const pairsOf = (json: JsonObject, { known, lists }: FieldRules): Pairs =>
  Object.entries(json).flatMap(([name, value]): Pairs => {
    if (value === null || !(known.has(name) || lists.has(name))) return []
    const values = lists.has(name) && Array.isArray(value) ? value : [value]
    return values.map((each) => [name, stringOf(name, each)])
  })

/** As {@link readFields}, of an address that also has a page: whoever wants the page sends its form. */
export const readFormOrFields = async (c: Context): Promise<Fields> =>
  prefersHtml(c) ? { values: await readForm(c), isJson: false } : readFields(c)

/** Whether the body is declared as JSON in UTF-8. */
export const isJsonBody = (c: Context): boolean => {
  const type = mediaTypeOf(c.req.header('content-type'))
  return type.kind === 'given' && type.isUtf8 && (type.name === 'application/json' || type.name === 'json')
}

const readObject = (body: Uint8Array): Form => {
  const given = Object.entries(parseObject(body)).filter(([, value]) => value !== null)
  return new Map(given.map(([name, value]) => [name, stringOf(name, value)]))
}

const parseObject = (body: Uint8Array): JsonObject => {
  const json = parseJson(body)
  if (!isJsonObject(json)) throw malformed('the body must be a JSON object of strings')
  return json
}

const stringOf = (name: string, value: JsonValue): string => {
  if (typeof value !== 'string') throw malformed('must be a string', name.slice(0, 80).toWellFormed())
  return value
}
