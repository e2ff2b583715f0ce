import type { Json, JsonObject } from '../api/server.ts'

export type Path = readonly string[]

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a document holds at a path of members; undefined where there is nothing. */
export const valueAt = (document: JsonObject, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), document)

/** The text at a path; empty for everything else. */
export const textAt = (document: JsonObject, path: Path): string => {
  const value = valueAt(document, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The document with another value at a path; undefined takes it away, and the members that are empty without it. */
export const withValueAt = (document: JsonObject, path: Path, value: Json | undefined): JsonObject => {
  const [name, ...rest] = path
  if (name === undefined) return document
  const inner = document[name]
  const changed = rest.length === 0 ? value : withValueAt(isObject(inner) ? inner : {}, rest, value)
  const { [name]: _, ...others } = document
  const isGone =
    changed === undefined || (rest.length > 0 && isObject(changed) && Object.keys(changed).length === 0)
  if (isGone) return others
  return name in document
    ? Object.fromEntries(Object.entries(document).map(([key, old]) => [key, key === name ? changed : old]))
    : { ...document, [name]: changed }
}
