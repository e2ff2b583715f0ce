import type { Client } from '../../clients/client.ts'
import { epochSeconds } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Random } from '../../kernel/random.ts'
import { newId } from '../../kernel/secret-token.ts'
import { acrOf, amrOf } from '../../sessions/authentication-context.ts'
import type { ProvenFactor } from '../../sessions/session.ts'
import type { SigningAlgorithm } from '../keys/signing-algorithm.ts'
import type { SignJwtOptions } from '../keys/signing-keys.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import type { UserView } from '../user-view.ts'
import { claimsOfScopes, standardClaims } from './standard-claims.ts'

/** Long enough for a slow network and a clock that is off; it is read once, when it arrives. */
const ID_TOKEN_SECONDS = 3600

/** What it tells of the sign-in, where there is something to tell. */
export const ID_TOKEN_CLAIMS: readonly string[] = [
  'iss',
  'sub',
  'aud',
  'iat',
  'exp',
  'auth_time',
  'acr',
  'amr',
  'sid',
  'nonce',
  'at_hash',
  'c_hash',
]

export interface IdTokenMakerDeps {
  readonly issuer: string
  readonly random: Random
  readonly signJwt: (claims: JsonObject, options?: SignJwtOptions) => Promise<string>
  /** Where the client does not say. */
  readonly defaultAlgorithm: SigningAlgorithm
  /** The left half of a hash of the text (OpenID Connect Core §3.1.3.6), by the hash of the algorithm. */
  readonly halfHash: (text: string, algorithm: SigningAlgorithm) => string
}

export interface IdTokenSubject {
  readonly client: Client
  readonly userId: string
  /** Needed where claims about the person are asked for in the token itself. */
  readonly user: UserView | undefined
  /** Of the browser: `sid`, by which a back-channel logout names it. */
  readonly sessionId: string | undefined
  readonly nonce: string | undefined
  /** In milliseconds. */
  readonly authenticatedAt: number
  readonly proven: readonly ProvenFactor[]
  readonly scopes: readonly string[]
  readonly requestedClaims?: RequestedClaims | undefined
}

/** What the token is bound to, so that nobody puts another in its place. */
export interface IdTokenBinding {
  readonly accessToken?: string | undefined
  readonly code?: string | undefined
}

export type MakeIdToken = (subject: IdTokenSubject, bound: IdTokenBinding, at: Date) => Promise<string>

/**
 * Makes ID tokens (OpenID Connect Core §2, §3.1.3.6, §3.3.2.11). What scopes ask for is told by userinfo, and in the token
 * itself only where no access token comes with it (§5.4).
 */
export const createIdTokenMaker =
  (deps: IdTokenMakerDeps): MakeIdToken =>
  async (subject, { accessToken, code }, at) => {
    const { client, user, nonce, proven, scopes, requestedClaims } = subject
    const algorithm = client.idTokenAlgorithm ?? deps.defaultAlgorithm
    const issuedAt = epochSeconds(at)
    const asked = [
      ...(requestedClaims?.idToken ?? []),
      ...(accessToken === undefined && code === undefined ? claimsOfScopes(scopes) : []),
    ]
    const claims: JsonObject = {
      iss: deps.issuer,
      sub: subject.userId,
      aud: client.id,
      iat: issuedAt,
      exp: issuedAt + ID_TOKEN_SECONDS,
      jti: newId(deps.random),
      auth_time: epochSeconds(new Date(subject.authenticatedAt)),
      acr: requestedClaims?.acr ?? acrOf(proven),
      amr: amrOf(proven),
      ...(subject.sessionId === undefined ? {} : { sid: subject.sessionId }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(accessToken === undefined ? {} : { at_hash: deps.halfHash(accessToken, algorithm) }),
      ...(code === undefined ? {} : { c_hash: deps.halfHash(code, algorithm) }),
      ...(user === undefined ? {} : standardClaims(user, asked)),
    }
    return deps.signJwt(claims, { algorithm })
  }
