import { isSecretName, MASK } from '../../../src/console/command/secret-names.ts'
import type { Json, JsonObject } from '../api/server.ts'

/** What stands in a line that is shown for a secret that was typed. */
export const PLACEHOLDER = 'put-it-here'

/** The document as a line may show it: nobody reads over a shoulder what was typed as dots. */
export const withPlaceholders = (document: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      isSecretName(name, '/') ? hidden(value) : shown(value),
    ]),
  )

const shown = (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map(shown)
  return typeof value === 'object' && value !== null ? withPlaceholders(value as JsonObject) : value
}

/** Null takes a secret away and is none, and neither is the mask of one that is stored. */
const hidden = (value: Json): Json => (value === null || value === '' || value === MASK ? value : PLACEHOLDER)
