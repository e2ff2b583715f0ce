import type { JsonObject } from '../kernel/json.ts'
import { document, ref, responseRef } from './parts.ts'
import { FORMAT, ID, NOBODY } from './resource-paths.ts'

const REFUSED = {
  400: responseRef('Malformed'),
  ...NOBODY,
  413: responseRef('TooLarge'),
  415: responseRef('UnsupportedMediaType'),
  422: responseRef('Invalid'),
}

const body = (required: readonly string[], properties: JsonObject): JsonObject => ({
  required: true,
  content: document({
    type: 'object',
    required: [...required],
    additionalProperties: false,
    properties,
  }),
})

/** What administrators do besides reading and writing resources. */
export const ADMINISTRATION_PATHS: JsonObject = {
  '/User/{id}/$reset-two-factor': {
    parameters: [ID, FORMAT],
    post: {
      tags: ['User'],
      summary: 'Take the second factor away from somebody who lost it, and end their sessions',
      requestBody: body(['reason'], {
        reason: { type: 'string', maxLength: 300, description: 'For the audit log.' },
      }),
      responses: {
        200: { description: 'The User.', content: document(ref('User')) },
        ...REFUSED,
        404: responseRef('NotFound'),
      },
    },
  },
}
