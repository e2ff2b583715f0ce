/** What a masked value reads as. */
export const MASK = '***'

/**
 * Attributes and parameters that hold a secret, whoever they belong to: those that the schemas of resources mark, and
 * those of the protocols. Compared without case, hyphens and underscores.
 */
const SECRET_NAMES = new Set(
  [
    // Of User, Client, AuthConfig and TokenIntrospector.
    'password',
    'secret',
    'secretKey',
    'authorization',
    // Of OAuth 2.0, OpenID Connect and one's own UI.
    'access_token',
    'refresh_token',
    'id_token',
    'id_token_hint',
    'token',
    'subject_token',
    'actor_token',
    'mfa_token',
    'logout_token',
    'passwordSetToken',
    'code_verifier',
    'client_secret',
    'assertion',
    'client_assertion',
    'totp',
    'otp',
    'new_password',
    'current_password',
    'old_password',
    'csrf',
    'cookie',
    'api_key',
    'private_key',
  ].map(normalised),
)

/** Names of others that end like this hold one as well: `repeatedPassword`, `device_code`. */
const SECRET_ENDING =
  /(?:password|passphrase|passwordhash|secret|secretkey|privatekey|apikey|token|devicecode|usercode|recoverycodes?)$/

/** Of a JSON Web Key what is private (RFC 7518 §6); short names that mean something else elsewhere. */
const PRIVATE_OF_KEY = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])

/** Headers whose values tell nothing; every other value is masked. */
const PLAIN_HEADERS = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'prefer',
])

function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** @param target the path of the request: `code` is a secret of the protocols, and plain in resources */
export const isSecretName = (name: string, target: string): boolean => {
  const plain = normalised(name)
  if (SECRET_NAMES.has(plain) || SECRET_ENDING.test(plain)) return true
  return plain === 'code' && /(?:^|\/)auth\//.test(target)
}

export const isPrivateKeyPart = (name: string): boolean => PRIVATE_OF_KEY.has(name)

export const isPlainHeader = (name: string): boolean => PLAIN_HEADERS.has(name.toLowerCase())
