import type { Context } from 'hono'
import { isJsonObject } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'
import { readBody } from './body.ts'
import type { Form } from './form.ts'
import { readForm } from './form.ts'
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

/** As {@link readFields}, of an address that also has a page: whoever wants the page sends its form. */
export const readFormOrFields = async (c: Context): Promise<Fields> =>
  prefersHtml(c) ? { values: await readForm(c), isJson: false } : readFields(c)

/** Whether the body is declared as JSON in UTF-8. */
export const isJsonBody = (c: Context): boolean => {
  const type = mediaTypeOf(c.req.header('content-type'))
  return type.kind === 'given' && type.isUtf8 && (type.name === 'application/json' || type.name === 'json')
}

const readObject = (body: Uint8Array): Form => {
  const json = parseJson(body)
  if (!isJsonObject(json)) throw malformed('the body must be a JSON object of strings')
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(json)) {
    if (value === null) continue
    if (typeof value !== 'string') throw malformed('must be a string', name.slice(0, 80).toWellFormed())
    values.set(name, value)
  }
  return values
}
