import type { JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'

/** A request as a browser or an application of a trial would send it. */
export interface ExchangeRequest {
  readonly method: string
  /** Path and query, byte for byte. */
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
}

const MEMBERS: readonly string[] = ['method', 'path', 'headers', 'body']
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const TARGET = /^\/[!"$-~]*$/
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/

/** As much as the server reads of the head of a request. */
const HEAD_LIMIT = 16 * 1024

/** What belongs to the connection, or what only a proxy may say of whoever is behind it. */
const NOT_OURS_TO_SAY =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|content-length|upgrade|expect|accept-encoding|via|forwarded|x-forwarded-.+|x-real-ip|proxy-.+)$/

/**
 * Reads what `POST /console/exchange` is asked to send.
 * @throws {Problem} malformed — what no request to this server may be, naming the member
 */
export const readExchangeRequest = (json: JsonValue): ExchangeRequest => {
  if (!isJsonObject(json)) throw malformed('the body must be an object with method, path, headers and body')
  const unknown = Object.keys(json).find((name) => !MEMBERS.includes(name))
  if (unknown !== undefined) throw malformed('is not known here', unknown.slice(0, 80).toWellFormed())
  const { method, path, headers = {}, body = null } = json
  if (typeof method !== 'string' || !METHODS.includes(method))
    throw malformed(`must be one of ${METHODS.join(', ')}`, 'method')
  if (typeof path !== 'string' || !TARGET.test(path))
    throw malformed('must begin with a slash and be printable ASCII without a fragment', 'path')
  if (body !== null && typeof body !== 'string') throw malformed('must be a string', 'body')
  if (body !== null && (method === 'GET' || method === 'HEAD'))
    throw malformed(`has no place in a ${method} request`, 'body')
  const read = readHeaders(headers)
  const headLength = read.reduce((sum, [name, value]) => sum + name.length + value.length, path.length)
  if (headLength > HEAD_LIMIT)
    throw malformed(`must be shorter than ${HEAD_LIMIT} bytes with the path`, 'headers')
  return { method, path, headers: read, body: body ?? undefined }
}

const readHeaders = (headers: JsonValue): ExchangeRequest['headers'] => {
  if (!isJsonObject(headers)) throw malformed('must be an object of strings', 'headers')
  const seen = new Set<string>()
  return Object.entries(headers).map(([name, value]) => {
    const path = `headers.${name.slice(0, 80).toWellFormed()}`
    const lower = name.toLowerCase()
    if (!TOKEN.test(name)) throw malformed('is not the name of a header', path)
    if (NOT_OURS_TO_SAY.test(lower)) throw malformed('cannot be set here', path)
    if (typeof value !== 'string' || !VALUE.test(value))
      throw malformed('must be printable ASCII on one line', path)
    if (seen.has(lower)) throw malformed('is there twice', path)
    seen.add(lower)
    return [name, value] as const
  })
}
