import type { JsonObject } from '../kernel/json.ts'
import { document, ref, responseRef } from './parts.ts'
import { FORMAT, NOBODY } from './resource-paths.ts'

const FAILED = {
  400: responseRef('Malformed'),
  ...NOBODY,
  404: responseRef('NotFound'),
  409: responseRef('Duplicate'),
  410: responseRef('Gone'),
  412: responseRef('PreconditionFailed'),
  413: responseRef('TooLarge'),
  415: responseRef('UnsupportedMediaType'),
  422: responseRef('Invalid'),
}

const RESOURCES = {
  type: 'array',
  items: { type: 'object', required: ['resourceType', 'id'] },
}

/** What `/` takes beside showing the landing page; `/fhir` the same. */
export const BUNDLE_OPERATIONS: JsonObject = {
  post: {
    tags: ['Bundle'],
    summary: 'Do what a Bundle of type transaction, batch or collection asks for; also at /fhir',
    parameters: [FORMAT],
    requestBody: { required: true, content: document(ref('Bundle')) },
    responses: {
      200: {
        description: 'A Bundle that says what became of each entry, in their order.',
        content: document(ref('Bundle')),
      },
      ...FAILED,
    },
  },
  put: {
    tags: ['Bundle'],
    summary: 'Put resources that name their type and id, all or nothing; also at /fhir',
    parameters: [FORMAT],
    requestBody: { required: true, content: document(RESOURCES) },
    responses: {
      200: { description: 'The resources as they are stored.', content: document(RESOURCES) },
      ...FAILED,
    },
  },
}
