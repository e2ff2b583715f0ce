import type { Context } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import { readBody } from '../http/body.ts'
import type { RequestFormat, ResponseFormat } from '../http/negotiate.ts'
import { requestFormat } from '../http/negotiate.ts'
import { parseDocument } from '../http/parse-document.ts'
import { answer } from '../http/respond.ts'
import { yamlOf } from '../http/yaml.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { Problem } from '../kernel/problem.ts'
import { entityTag } from './preconditions.ts'
import type { StoredResource } from './resource.ts'

const BODY_LIMIT_BYTES = 1_048_576

/**
 * Reads the body of a write. Only a PATCH may be a patch: taken for the resource it would delete all it does not name.
 * @throws {Problem} unsupported-media-type, too-large, malformed
 */
export const readDocument = async (
  c: Context,
): Promise<{ readonly body: JsonValue; readonly patch: RequestFormat['patch'] }> => {
  const { format, patch } = requestFormat(c)
  if (patch !== 'undeclared' && c.req.method !== 'PATCH')
    throw unsupported('a patch is sent with PATCH; expected Content-Type application/json or text/yaml')
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity')
    throw unsupported('expected a body without Content-Encoding')
  return { body: parseDocument(await readBody(c, BODY_LIMIT_BYTES), format), patch }
}

const unsupported = (message: string): Problem => new Problem({ kind: 'unsupported-media-type', message })

/** Answers with a document in the format that was asked for. */
export const respondDocument = (
  c: Context,
  { format, contentType }: ResponseFormat,
  document: JsonObject | readonly JsonValue[],
  status = 200,
): Response => {
  const isPretty = c.req.query('_pretty') === 'true'
  const text = format === 'yaml' ? yamlOf(document) : JSON.stringify(document, null, isPretty ? 2 : 0)
  return answer(c, text, status, contentType)
}

/** RFC 9110 §8.8: the version is the entity tag; weak, because the formats differ byte for byte. */
export const setVersionHeaders = (c: Context, resource: StoredResource): void => {
  putHeader(c, 'ETag', entityTag(resource.versionId))
  putHeader(c, 'Last-Modified', resource.updatedAt.toUTCString())
}
