import type { JsonObject } from '../kernel/json.ts'
import { json, oauthError, operation } from './parts.ts'

const STRING = { type: 'string' }

const ASKED: JsonObject = {
  type: 'object',
  required: ['method', 'path'],
  additionalProperties: false,
  properties: {
    method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
    path: { type: 'string', description: 'Path and query, from the root of this server.' },
    headers: {
      type: 'object',
      additionalProperties: STRING,
      description: 'All of them: nothing of the request that this comes with is sent on.',
    },
    body: STRING,
  },
}

const TOLD: JsonObject = {
  type: 'object',
  required: ['status', 'headers', 'body', 'milliseconds'],
  properties: {
    status: { type: 'integer' },
    headers: {
      type: 'array',
      description: 'Pairs of name and value, Set-Cookie as often as it is there.',
      items: { type: 'array', prefixItems: [STRING, STRING], minItems: 2, maxItems: 2 },
    },
    body: STRING,
    milliseconds: { type: 'integer' },
  },
}

/** What the console calls beside the REST API. */
export const CONSOLE_PATHS: JsonObject = {
  '/console/exchange': {
    post: operation('Operation', 'Sends this server a request of a trial and tells all of its answer', {
      requestBody: { required: true, content: json(ASKED) },
      responses: {
        200: { description: 'What was answered, errors included.', content: json(TOLD) },
        400: oauthError('invalid_request, naming the member that no request to this server may have.'),
        401: oauthError('Nobody is known.'),
        403: oauthError('By cookie from another site, or from within an exchange.'),
        404: oauthError('Somebody who is no administrator.'),
        413: oauthError('More than 1,048,576 bytes.'),
        415: oauthError('Not declared as JSON.'),
      },
    }),
  },
}
