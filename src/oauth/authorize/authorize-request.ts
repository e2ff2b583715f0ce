/** An authorization request that passed every check: what the browser carries, sealed, while the person signs in. */
export interface AuthorizeRequest {
  readonly clientId: string
  /** Where the answer goes, byte for byte. */
  readonly redirectUri: string
  /** True when the client sent redirect_uri: it must then send it again with the code (RFC 6749 §4.1.3). */
  readonly isRedirectUriGiven: boolean
  readonly state: string | undefined
  /** Granted scopes in the order asked for; empty when none was asked for. */
  readonly scopes: readonly string[]
  /** S256; undefined without PKCE. */
  readonly codeChallenge: string | undefined
  readonly nonce: string | undefined
  readonly prompts: readonly Prompt[]
  readonly maxAgeSeconds: number | undefined
  readonly loginHint: string | undefined
}

/** OpenID Connect Core §3.1.2.1. */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

export const PROMPTS: readonly Prompt[] = ['none', 'login', 'consent', 'select_account']
