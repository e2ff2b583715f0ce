import type { JsonObject } from '../kernel/json.ts'

/** Small words of OpenAPI 3.1, so that the paths read as a list. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

export const responseRef = (name: string): JsonObject => ({ $ref: `#/components/responses/${name}` })

export const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } })

export const document = (schema: JsonObject): JsonObject => ({
  'application/json': { schema },
  'application/fhir+json': { schema },
  'text/yaml': { schema },
})

export const form = (schema: JsonObject): JsonObject => ({ 'application/x-www-form-urlencoded': { schema } })

export const page = (description: string): JsonObject => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
})

export const redirect = (description: string): JsonObject => ({
  description,
  headers: { Location: { schema: { type: 'string' } } },
})

export const parameter = (
  place: 'query' | 'path' | 'header',
  name: string,
  description: string,
  schema: JsonObject = { type: 'string' },
): JsonObject => ({ in: place, name, description, schema, ...(place === 'path' ? { required: true } : {}) })

export const fields = (
  required: readonly string[],
  described: Readonly<Record<string, string>>,
): JsonObject => ({
  type: 'object',
  ...(required.length === 0 ? {} : { required: [...required] }),
  properties: Object.fromEntries(
    Object.entries(described).map(([name, description]) => [name, { type: 'string', description }]),
  ),
})

export const outcome = (description: string): JsonObject => ({
  description,
  content: document(ref('OperationOutcome')),
})

export const oauthError = (description: string): JsonObject => ({
  description,
  content: json(ref('OAuthError')),
})

export const SESSION = [{ session: [] }]
export const CSRF = { csrf: 'The hidden field of the page.' }
export const FORGED = page('The form was not sent from our page.')

export const operation = (tag: string, summary: string, rest: JsonObject): JsonObject => ({
  tags: [tag],
  summary,
  ...rest,
})

export const posted = (
  required: readonly string[],
  described: Readonly<Record<string, string>>,
): JsonObject => ({
  required: true,
  content: form(fields(required, described)),
})
