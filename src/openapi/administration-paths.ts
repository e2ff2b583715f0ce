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
    ...(required.length === 0 ? {} : { required: [...required] }),
    additionalProperties: false,
    properties,
  }),
})

const DELIVERY: JsonObject = {
  type: 'object',
  required: ['outcome', 'milliseconds'],
  properties: {
    outcome: { enum: ['delivered', 'failed'] },
    status: { type: 'integer', description: 'Where the receiver answered.' },
    reason: { type: 'string', description: 'Why it failed: status-500, timeout, refused-address …' },
    milliseconds: { type: 'integer' },
  },
}

const ROTATION: JsonObject = {
  type: 'object',
  required: ['how', 'made', 'waiting', 'own'],
  properties: {
    how: { type: 'string' },
    made: { type: 'array', items: { type: 'string' }, description: 'Ids of new keys.' },
    waiting: {
      type: 'array',
      description: 'Keys that had been made before and had not signed yet.',
      items: {
        type: 'object',
        properties: { kid: { type: 'string' }, signsFrom: { type: 'string', format: 'date-time' } },
      },
    },
    own: {
      type: 'array',
      items: { type: 'string' },
      description: 'Algorithms that keys of COUNTERSIGN_SIGNING_KEYS sign: nothing was made for them.',
    },
  },
}

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
  '/AuthConfig/{id}/$test-webhook': {
    parameters: [ID, FORMAT],
    post: {
      tags: ['AuthConfig'],
      summary: 'Call the receiver of codes once, with a code that is nobody’s and test: true',
      requestBody: body([], {
        to: { type: 'string', maxLength: 200, description: 'A phone number or e-mail address.' },
      }),
      responses: {
        200: { description: 'What came of it.', content: document(DELIVERY) },
        ...REFUSED,
        404: responseRef('NotFound'),
      },
    },
  },
  '/SigningKey/$rotate': {
    parameters: [FORMAT],
    post: {
      tags: ['SigningKey'],
      summary: 'Let other keys sign',
      requestBody: body(['how'], {
        how: {
          enum: ['soon', 'now', 'forget'],
          description:
            'soon: published now, signs in ten minutes. now: signs at once. forget: signs at once, and every older key is forgotten, so that nothing it signed is worth anything.',
        },
      }),
      responses: { 200: { description: 'What was done.', content: document(ROTATION) }, ...REFUSED },
    },
  },
}
