import type { JsonObject } from '../api/server.ts'

/** What stands in a line that is shown for a secret that was typed. */
export const INSTEAD = 'put-it-here'

const SECRETS: readonly string[] = ['password', 'secret']

/** The document as a line may show it: nobody reads over a shoulder what was typed as dots. */
export const withoutSecrets = (document: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      SECRETS.includes(name) && typeof value === 'string' && value !== '' ? INSTEAD : value,
    ]),
  )
