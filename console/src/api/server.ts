import { reportConnection } from './connection.ts'
import type { Answered, Asked } from './exchange.ts'
import { exchange } from './exchange.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

/** What is wrong with one member of a document. */
export interface Fault {
  /** As in `User.name.givenName`; undefined where it is no member in particular. */
  readonly path: string | undefined
  readonly message: string
}

/** What the server refused, in its own words, or that it could not be reached. */
export class ServerError extends Error {
  /** 0 where nothing came back. */
  readonly status: number
  readonly faults: readonly Fault[]

  constructor(status: number, message: string, faults: readonly Fault[] = []) {
    super(message)
    this.name = 'ServerError'
    this.status = status
    this.faults = faults
  }
}

interface AskOptions {
  readonly body?: Json | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the server with JSON in and out and tells the whole console how the connection is.
 * @throws {ServerError} for whatever is not 2xx
 */
export const askWithHeaders = async (
  method: string,
  path: string,
  { body, headers, signal }: AskOptions,
): Promise<{ readonly document: JsonObject; readonly etag: string | undefined }> => {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const answered = await send(
    {
      method,
      path,
      headers: { accept: 'application/json', ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    signal,
  )
  const { status } = answered
  const document = parse(answered.body)
  if (status < 200 || status > 299)
    throw new ServerError(status, messageOf(document) ?? `The server answered ${status}.`, faultsOf(document))
  const etag = answered.headers.find(([name]) => name.toLowerCase() === 'etag')?.[1]
  return { document: document ?? {}, etag }
}

/** The document of {@link askWithHeaders}. @throws {ServerError} for whatever is not 2xx */
export const ask = async (
  method: string,
  path: string,
  body?: Json,
  signal?: AbortSignal,
): Promise<JsonObject> => (await askWithHeaders(method, path, { body, signal })).document

/** As {@link exchange}, and tells the whole console how the connection is. @throws {ServerError} unreachable */
export const send = async (asked: Asked, signal?: AbortSignal): Promise<Answered> => {
  const answered = await exchange(asked, signal)
  if (answered.kind === 'unreachable') {
    reportConnection('unreachable')
    throw new ServerError(0, 'The server cannot be reached. Nothing was lost; try again when it is back.')
  }
  if ([401, 403].includes(answered.status) && !isOwnCredential(asked)) await reportSession()
  else if (answered.status !== 503) reportConnection('good')
  return answered
}

/** Whether this browser is still signed in as somebody who may use the console; also reports it. */
export const reportSession = async (): Promise<void> => {
  const session = await exchange({ method: 'GET', path: '/auth/userinfo' })
  if (session.kind === 'unreachable') reportConnection('unreachable')
  else if (session.status === 401) reportConnection('signed-out')
  else {
    // NOTE: who is no administrator finds no file of the console.
    const file = await exchange({ method: 'GET', path: '/console/icon.svg' })
    if (file.kind === 'unreachable') reportConnection('unreachable')
    else reportConnection(file.status === 404 ? 'not-administrator' : 'good')
  }
}

/** With an Authorization header of its own a refusal says nothing of our session. */
const isOwnCredential = ({ headers = {} }: Asked): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')

const parse = (text: string): JsonObject | undefined => {
  try {
    const value: Json = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

/** An OperationOutcome's or an OAuth error's own words. */
const messageOf = (answered: JsonObject | undefined): string | undefined => {
  const faults = faultsOf(answered)
  if (faults.length > 0)
    return faults
      .map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`))
      .join('\n')
  const description = answered?.error_description ?? answered?.error
  return typeof description === 'string' ? description : undefined
}

const faultsOf = (answered: JsonObject | undefined): readonly Fault[] => {
  const issues = answered?.issue
  if (!Array.isArray(issues)) return []
  return (issues as readonly JsonObject[]).map(({ diagnostics, expression }) => ({
    path: Array.isArray(expression) ? expression.join(', ') : undefined,
    message: typeof diagnostics === 'string' ? diagnostics : '',
  }))
}
