import { scopesOfClaim } from '../id-token/standard-claims.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import type { AcrRequest } from './claims-parameter.ts'
import type { ResponseMode, ResponseWord } from './response-type.ts'

/** An authorization request that passed every check: what the browser carries, sealed, while the person signs in. */
export interface AuthorizeRequest {
  readonly clientId: string
  /** Where the answer goes, byte for byte. */
  readonly redirectUri: string
  /** True when the client sent redirect_uri: it must then send it again with the code (RFC 6749 §4.1.3). */
  readonly isRedirectUriGiven: boolean
  /** Whether the answer can be of use to nobody but the client (RFC 6749 §10.2, RFC 8252 §8.6). */
  readonly isClientAssured: boolean
  readonly state: string | undefined
  /** What the answer holds. */
  readonly responseWords: readonly ResponseWord[]
  readonly responseMode: ResponseMode
  /** Granted scopes in the order asked for; empty when none was asked for. */
  readonly scopes: readonly string[]
  /** S256; undefined without PKCE. */
  readonly codeChallenge: string | undefined
  readonly nonce: string | undefined
  readonly prompts: readonly Prompt[]
  readonly maxAgeSeconds: number | undefined
  readonly loginHint: string | undefined
  /** Of claims that were asked for by name, those the client may have. */
  readonly requestedClaims: Pick<RequestedClaims, 'idToken' | 'userinfo'>
  readonly acr: AcrRequest | undefined
  /** The answer must be about this person: `id_token_hint`, or `sub` of the claims parameter. */
  readonly userId: string | undefined
}

/** OpenID Connect Core §3.1.2.1. */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

export const PROMPTS: readonly Prompt[] = ['none', 'login', 'consent', 'select_account']

/** Whether the tokens would tell the User itself (ADR 12), more than any scope stands for. */
export const asksForWholeUser = ({ scopes }: Pick<AuthorizeRequest, 'scopes'>): boolean =>
  !scopes.includes('openid')

/** What the person is asked to allow: the scopes, and those that would ask for the claims that were asked for by name. */
export const scopesToAllow = ({
  scopes,
  requestedClaims: { idToken, userinfo },
}: Pick<AuthorizeRequest, 'scopes' | 'requestedClaims'>): readonly string[] => [
  ...new Set([...scopes, ...[...idToken, ...userinfo].flatMap(scopesOfClaim)]),
]
