import type { JsonObject } from '../kernel/json.ts'
import type { ReadableKind } from '../resources/resource-kind.ts'
import { document, parameter, ref, responseRef } from './parts.ts'
import { FORMAT, ID, NO_CONTENT, NOBODY, SEARCH } from './resource-paths.ts'

const FOUND = { description: 'What was found.', content: document(ref('Bundle')) }

/** The paths of a kind that is put together from other tables; the same under /fhir. */
export const viewPaths = (
  { type, searchParameters }: ReadableKind,
  { atType = {}, mayEnd }: { readonly atType?: JsonObject; readonly mayEnd: boolean },
): JsonObject => {
  const seen = { content: document(ref(type)) }
  const operation = (summary: string, rest: JsonObject): JsonObject => ({ tags: [type], summary, ...rest })
  const own = Object.entries(searchParameters).map(([name, { type: kind }]) =>
    parameter('query', name, `${kind} parameter`),
  )
  const found = { 200: FOUND, 400: responseRef('Malformed'), ...NOBODY }
  return {
    [`/${type}`]: {
      get: operation('Search', { parameters: [FORMAT, ...own, ...SEARCH], responses: found }),
      ...atType,
    },
    [`/${type}/_search`]: {
      post: operation('Search, with the parameters as a form', {
        requestBody: {
          content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
        },
        responses: found,
      }),
    },
    [`/${type}/{id}`]: {
      parameters: [ID, FORMAT],
      get: operation('Read', {
        responses: {
          200: { description: 'As it is now.', ...seen },
          ...NOBODY,
          404: responseRef('NotFound'),
        },
      }),
      ...(mayEnd
        ? {
            delete: operation('End what it shows', {
              parameters: [NO_CONTENT],
              responses: {
                200: { description: 'As it was.', ...seen },
                204: { description: 'With _no-content=true.' },
                ...NOBODY,
                404: responseRef('NotFound'),
              },
            }),
          }
        : {}),
    },
  }
}

const DROPPED = { description: 'Ended.', content: { 'application/json': { schema: { type: 'object' } } } }

/** Ending sessions by who they are of. */
export const DROP_OWN: JsonObject = {
  delete: {
    tags: ['Session'],
    summary: 'End the session of the token or cookie that is shown; of a first party the browser session too',
    responses: { 200: DROPPED, ...NOBODY },
  },
}

export const DROP_ALL: JsonObject = {
  '/User/{id}/$sessions': {
    parameters: [ID],
    delete: {
      tags: ['Session'],
      summary: 'End every session and token of a user',
      responses: { 200: DROPPED, ...NOBODY, 404: responseRef('NotFound') },
    },
  },
}
