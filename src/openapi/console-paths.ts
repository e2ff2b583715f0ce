import type { JsonObject } from '../kernel/json.ts'
import { json, oauthError, operation, page, parameter, SESSION } from './parts.ts'

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
  '/console/preview/sign-in': {
    get: operation(
      'Operation',
      'The login page as an AuthConfig would make it look, for a frame of this server',
      {
        security: SESSION,
        parameters: [
          parameter('query', 'title', 'AuthConfig.theme.title'),
          parameter('query', 'brand', 'AuthConfig.theme.brand'),
          parameter('query', 'styleUrl', 'AuthConfig.theme.styleUrl'),
        ],
        responses: {
          200: page('Nothing can be sent from it.'),
          400: page('Another parameter, or one twice.'),
          401: page('Nobody is signed in.'),
          403: page('A browser says that another site led here.'),
          404: page('Somebody who is no administrator.'),
          422: page('What no AuthConfig may hold.'),
        },
      },
    ),
  },
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
