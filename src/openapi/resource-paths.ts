import type { JsonObject } from '../kernel/json.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'
import { document, outcome, parameter, ref, responseRef } from './parts.ts'

export const ID = parameter('path', 'id', 'The id of the resource.', ref('Id'))
const VERSION = parameter('path', 'version', 'The versionId.')
const IF_MATCH = parameter('header', 'If-Match', 'W/"7" or *: write only over this version.')
const IF_NONE_MATCH = parameter('header', 'If-None-Match', '* writes only what does not exist yet.')
const UNLESS_KNOWN = parameter(
  'header',
  'If-None-Match',
  'W/"7" spares the answer of a version that is known.',
)
const IF_NONE_EXIST = parameter(
  'header',
  'If-None-Exist',
  'Criteria, as userName:exact=ann: creates nothing where one fits.',
)
export const FORMAT = parameter('query', '_format', 'json or yaml; decides over Accept.')
export const NO_CONTENT = parameter('query', '_no-content', 'true answers 204 instead of what was deleted.', {
  type: 'boolean',
})

const PAGING = [
  parameter('query', '_count', 'How many at most; 100 unless told otherwise, 1000 at most.', {
    type: 'integer',
    minimum: 0,
  }),
  parameter('query', '_page', 'From 1.', { type: 'integer', minimum: 1 }),
]

const HISTORY = [
  ...PAGING,
  parameter('query', '_since', 'An instant: versions since then.'),
  parameter('query', '_at', 'An instant, day, month or year: versions that were current then.'),
  parameter('query', '_txid', 'The version of that number.', { type: 'integer', minimum: 0 }),
]

export const SEARCH = [
  ...PAGING,
  parameter('query', '_id', 'Ids, separated by commas.'),
  parameter('query', '_lastUpdated', 'ge2026-01-31 and the like.'),
  parameter('query', '_sort', '-_lastUpdated,userName,.name.familyName'),
  parameter('query', '_elements', 'userName,email or -name'),
  parameter('query', '_total', 'none spares counting.', { enum: ['none', 'estimate', 'accurate'] }),
]

export const NOBODY = { 401: responseRef('Unauthenticated'), 403: responseRef('Forbidden') }
const WRITTEN = {
  400: responseRef('Malformed'),
  412: responseRef('PreconditionFailed'),
  413: responseRef('TooLarge'),
  415: responseRef('UnsupportedMediaType'),
  422: responseRef('Invalid'),
}
const FOUND = { 404: responseRef('NotFound'), 410: responseRef('Gone') }

const REMOVE_ALL = parameter(
  'header',
  'X-Conditional-Delete',
  'remove-all deletes all that fit, a thousand at most.',
  { const: 'remove-all' },
)
const PATCHED = {
  parameters: [
    IF_MATCH,
    parameter('query', '_method', 'merge-patch or json-patch; decides over the content type.'),
  ],
  requestBody: {
    required: true,
    content: {
      'application/merge-patch+json': { schema: { type: 'object' } },
      'application/json-patch+json': { schema: { type: 'array', items: { type: 'object' } } },
      'application/json': { schema: { type: ['object', 'array'] } },
      'text/yaml': { schema: { type: ['object', 'array'] } },
    },
  },
}

/** What every kind answers alike. */
export const COMMON_RESPONSES: JsonObject = {
  Unauthenticated: outcome('Nobody is known: wrong or no credentials.'),
  Forbidden: outcome('Somebody who may not.'),
  Malformed: outcome('The body or a parameter cannot be understood.'),
  PreconditionFailed: outcome('If-Match or If-None-Match does not hold, or several fit the criteria.'),
  TooLarge: outcome('More than 1,048,576 bytes.'),
  UnsupportedMediaType: outcome('Neither JSON nor YAML.'),
  Invalid: outcome('Understood, but not acceptable; every fault names its attribute.'),
  NotFound: outcome('Never existed.'),
  Gone: outcome('Was deleted.'),
  Duplicate: outcome('The id, or the value of a unique attribute, exists already.'),
}

/** The paths of one kind. Everything is the same under /fhir, where references read `{reference: "Type/id"}`. */
export const resourcePaths = ({ type, searchParameters }: ResourceKind): JsonObject => {
  const resource = (description: string) => ({ description, content: document(ref(type)) })
  const bundle = (description: string) => ({ description, content: document(ref('Bundle')) })
  const body = { required: true, content: document(ref(type)) }
  const replaced = {
    200: resource('Replaced, or the same as before.'),
    201: resource('Created.'),
    ...NOBODY,
    409: responseRef('Duplicate'),
    ...WRITTEN,
  }
  const own = Object.entries(searchParameters).map(([name, { type: kind }]) =>
    parameter('query', name, `${kind} parameter`),
  )
  const operation = (summary: string, rest: JsonObject): JsonObject => ({ tags: [type], summary, ...rest })
  return {
    [`/${type}`]: {
      parameters: [FORMAT],
      get: operation('Search', {
        parameters: [...own, ...SEARCH],
        responses: {
          200: bundle('What was found.'),
          400: responseRef('Malformed'),
          ...NOBODY,
        },
      }),
      post: operation('Create; an id in the body is used, criteria in the query as If-None-Exist', {
        parameters: [IF_NONE_MATCH, IF_NONE_EXIST],
        requestBody: body,
        responses: {
          200: resource('One fits the criteria already; it stays as it is.'),
          201: resource('Created.'),
          ...NOBODY,
          409: responseRef('Duplicate'),
          ...WRITTEN,
        },
      }),
      put: operation('Replace the one that fits the criteria in the query, or create it', {
        parameters: [...own, IF_MATCH],
        requestBody: body,
        responses: replaced,
      }),
      patch: operation('Change the one that fits the criteria in the query', {
        parameters: [...own, ...PATCHED.parameters],
        requestBody: PATCHED.requestBody,
        responses: { 200: resource('Changed, or the same as before.'), ...NOBODY, ...FOUND, ...WRITTEN },
      }),
      delete: operation('Delete the one that fits the criteria in the query', {
        parameters: [...own, REMOVE_ALL, IF_MATCH, NO_CONTENT],
        responses: {
          200: resource('What was deleted.'),
          204: { description: 'Nothing fits, several were deleted, or _no-content=true.' },
          400: responseRef('Malformed'),
          ...NOBODY,
          412: responseRef('PreconditionFailed'),
        },
      }),
    },
    [`/${type}/_search`]: {
      parameters: [FORMAT],
      post: operation('Search, with the parameters as a form', {
        requestBody: {
          content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
        },
        responses: {
          200: bundle('What was found.'),
          400: responseRef('Malformed'),
          ...NOBODY,
        },
      }),
    },
    [`/${type}/_history`]: {
      parameters: [FORMAT],
      get: operation('Versions of all, newest first', {
        parameters: HISTORY,
        responses: { 200: bundle('Versions, deletions among them.'), ...NOBODY },
      }),
    },
    [`/${type}/{id}`]: {
      parameters: [ID, FORMAT],
      get: operation('Read', {
        parameters: [UNLESS_KNOWN],
        responses: {
          200: resource('The current version; ETag names it.'),
          304: { description: 'Known already.' },
          ...NOBODY,
          ...FOUND,
        },
      }),
      put: operation('Create or replace', {
        parameters: [IF_MATCH, IF_NONE_MATCH],
        requestBody: body,
        responses: replaced,
      }),
      patch: operation('Change: an object is a merge patch, an array a JSON Patch', {
        ...PATCHED,
        responses: { 200: resource('Changed, or the same as before.'), ...NOBODY, ...FOUND, ...WRITTEN },
      }),
      delete: operation('Delete', {
        parameters: [IF_MATCH, NO_CONTENT],
        responses: {
          200: resource('What was deleted.'),
          204: { description: 'There was nothing, or _no-content=true.' },
          ...NOBODY,
          412: responseRef('PreconditionFailed'),
        },
      }),
    },
    [`/${type}/{id}/_history`]: {
      parameters: [ID, FORMAT],
      get: operation('Versions, newest first', {
        parameters: HISTORY,
        responses: {
          200: bundle('Versions, deletions among them.'),
          ...NOBODY,
          404: responseRef('NotFound'),
        },
      }),
    },
    [`/${type}/{id}/_history/{version}`]: {
      parameters: [ID, VERSION, FORMAT],
      get: operation('Read one version', {
        responses: {
          200: resource('That version, without secrets.'),
          304: { description: 'Known already.' },
          ...NOBODY,
          ...FOUND,
        },
      }),
    },
  }
}
