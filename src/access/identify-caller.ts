import type { Caller } from '../http/caller.ts'
import { Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { parseBasicCredentials } from './basic-credentials.ts'

/** What of a request says who sends it. */
export interface PresentedCredentials {
  readonly method: string
  readonly authorization: string | undefined
  /** The session cookie. */
  readonly sessionToken: string | undefined
  readonly secFetchSite: string | undefined
  /** The Origin header. */
  readonly originHeader: string | undefined
  readonly origin: RequestOrigin
}

export interface IdentifyCallerDeps {
  /** Any of the secrets may be the right one. @throws {Problem} rate-limited, unavailable */
  readonly authenticateClient: (
    clientId: string,
    secrets: readonly string[],
    origin: RequestOrigin,
  ) => Promise<
    | {
        readonly kind: 'authenticated'
        readonly client: { readonly id: string; readonly grantTypes: ReadonlySet<string> }
      }
    | { readonly kind: 'refused' }
  >
  /** A live access token of somebody active. */
  readonly findTokenSession: (token: string) => Promise<
    | {
        readonly id: string
        readonly userId: string | undefined
        readonly clientId: string | undefined
      }
    | undefined
  >
  /** The active user of a token that another issuer stands for; what is none is recorded. @throws {Problem} unavailable */
  readonly findForeignUser: (token: string, origin: RequestOrigin) => Promise<string | undefined>
  /** A live browser session of somebody active. */
  readonly findBrowserSession: (
    token: string,
  ) => Promise<{ readonly id: string; readonly userId: string } | undefined>
  /** Scheme, host and port of the public URL. */
  readonly publicOrigin: string
}

export type IdentifyCaller = (presented: PresentedCredentials) => Promise<Caller>

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Finds out who sends a request: Basic of a client that lists the grant type `basic` (RFC 7617), Bearer (RFC 6750) or the
 * session cookie. A given Authorization header decides alone: when it is wrong, a cookie does not help.
 * @throws {Problem} unauthenticated — wrong credentials; forbidden — a write by cookie that another site may have caused
 */
export const createIdentifyCaller =
  (deps: IdentifyCallerDeps): IdentifyCaller =>
  async (presented) => {
    const { authorization, sessionToken } = presented
    if (authorization !== undefined) return byAuthorization(deps, authorization, presented.origin)
    const session = sessionToken === undefined ? undefined : await deps.findBrowserSession(sessionToken)
    if (session === undefined) return { kind: 'anonymous' }
    requireSameOrigin(deps, presented)
    return { kind: 'user', userId: session.userId, sessionId: session.id, via: 'cookie' }
  }

const byAuthorization = async (
  deps: IdentifyCallerDeps,
  authorization: string,
  origin: RequestOrigin,
): Promise<Caller> => {
  const [, scheme = '', credentials = ''] = /^([A-Za-z]+) +([!-~]+)$/.exec(authorization.trim()) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return byBasic(deps, credentials, origin)
    case 'bearer':
      return byBearer(deps, credentials, origin)
    default:
      throw unauthenticated()
  }
}

const byBasic = async (
  deps: IdentifyCallerDeps,
  credentials: string,
  origin: RequestOrigin,
): Promise<Caller> => {
  const basic = parseBasicCredentials(credentials)
  if (basic === undefined) throw unauthenticated()
  const authentication = await deps.authenticateClient(basic.id, basic.secrets, origin)
  if (authentication.kind === 'refused' || !authentication.client.grantTypes.has('basic'))
    throw unauthenticated()
  return { kind: 'client', clientId: authentication.client.id }
}

const byBearer = async (deps: IdentifyCallerDeps, token: string, origin: RequestOrigin): Promise<Caller> => {
  const session = await deps.findTokenSession(token)
  if (session === undefined) {
    const userId = await deps.findForeignUser(token, origin)
    if (userId === undefined) throw new Problem({ kind: 'unauthenticated', isTokenRefused: true })
    return { kind: 'user', userId, via: 'bearer' }
  }
  const { id: sessionId, userId, clientId } = session
  if (userId !== undefined)
    return { kind: 'user', userId, ...(clientId === undefined ? {} : { clientId }), sessionId, via: 'bearer' }
  if (clientId !== undefined) return { kind: 'client', clientId, sessionId }
  throw unauthenticated()
}

/**
 * A browser sends cookies with requests that other sites cause, and its forms can carry JSON as text/plain, so a write by
 * cookie needs proof of where it comes from: Sec-Fetch-Site, or where that is missing Origin. Neither is no proof.
 */
const requireSameOrigin = (
  { publicOrigin }: IdentifyCallerDeps,
  { method, secFetchSite, originHeader }: PresentedCredentials,
): void => {
  if (SAFE_METHODS.has(method)) return
  const isSame =
    secFetchSite === undefined
      ? originHeader === publicOrigin
      : secFetchSite === 'same-origin' && (originHeader === undefined || originHeader === publicOrigin)
  if (!isSame)
    throw new Problem({
      kind: 'forbidden',
      message:
        'a write with the session cookie must come from a page of this server; use Basic or Bearer credentials',
    })
}

const unauthenticated = (): Problem => new Problem({ kind: 'unauthenticated' })
