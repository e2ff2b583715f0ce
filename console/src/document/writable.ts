import type { JsonObject } from '../api/server.ts'

/** A document as it is written back: without what the server says of it by itself. */
export const writableOf = (document: JsonObject): JsonObject => {
  const { meta: _meta, resourceType: _type, twoFactor, ...rest } = document
  // NOTE: a User's second factor is shown with the document but is changed by its owner, or reset.
  return document.resourceType === 'AuthConfig' && twoFactor !== undefined ? { ...rest, twoFactor } : rest
}

/** Undefined where the text is no JSON object. */
export const parseDocument = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}
