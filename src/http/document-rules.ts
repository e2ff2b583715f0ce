import type { JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { Problem } from '../kernel/problem.ts'
import { malformed } from '../kernel/problem.ts'

/** Deeper than any resource; shallow enough for every recursion over documents. */
export const MAX_DEPTH = 100

/** A 400 for a document that is nested too deeply to be walked through. */
export const tooDeep = (): Problem => malformed(`the body is nested deeper than ${MAX_DEPTH} levels`)

/** NOTE: code that copies documents key by key could write through these to every object of the process. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Refuses what a document may not hold, whatever it was written in: forbidden keys, half surrogates, NUL,
 * numbers that JSON cannot say, too many levels.
 * @throws {Problem} malformed, naming the path
 */
export const checkDocument = (value: JsonValue, path = '', depth = 0): void => {
  if (depth > MAX_DEPTH) throw tooDeep()
  if (typeof value === 'string') checkText(value, path)
  else if (typeof value === 'number' && !Number.isFinite(value))
    throw malformed('expected a finite number', nonEmpty(path))
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkDocument(item, `${path}[${index}]`, depth + 1)
  else if (isJsonObject(value))
    for (const [key, item] of Object.entries(value)) {
      const inner = path === '' ? shorten(key) : `${path}.${shorten(key)}`
      if (FORBIDDEN_KEYS.has(key)) throw malformed('this name is not allowed', inner)
      checkText(key, nonEmpty(path) ?? 'the name of an attribute')
      checkDocument(item, inner, depth + 1)
    }
}

const checkText = (text: string, path: string): void => {
  if (!text.isWellFormed()) throw malformed('contains half of a surrogate pair', nonEmpty(path))
  if (text.includes('\0')) throw malformed('contains a NUL character', nonEmpty(path))
}

const shorten = (key: string): string =>
  key.length > 80 ? `${key.slice(0, 80).toWellFormed()}…` : key.toWellFormed()

const nonEmpty = (path: string): string | undefined => (path === '' ? undefined : path)
