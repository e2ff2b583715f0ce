import type { ClientCredentialsDeps } from './client-credentials-grant.ts'
import { createClientCredentialsGrant } from './client-credentials-grant.ts'
import type { Grant } from './grant.ts'
import type { PasswordGrantDeps } from './password-grant.ts'
import { createPasswordGrant } from './password-grant.ts'
import type { RedeemCodeDeps } from './redeem-code.ts'
import { createAuthorizationCodeGrant } from './redeem-code.ts'
import type { RefreshTokensDeps } from './refresh-tokens.ts'
import { createRefreshTokenGrant } from './refresh-tokens.ts'
import type { TokenExchangeDeps } from './token-exchange-grant.ts'
import { createTokenExchangeGrant, TOKEN_EXCHANGE } from './token-exchange-grant.ts'

/** The installed grants by grant_type; discovery lists what is in here. */
export const createGrants = (
  deps: RedeemCodeDeps & RefreshTokensDeps & ClientCredentialsDeps & PasswordGrantDeps & TokenExchangeDeps,
): ReadonlyMap<string, Grant> =>
  new Map([
    ['authorization_code', createAuthorizationCodeGrant(deps)],
    ['refresh_token', createRefreshTokenGrant(deps)],
    ['client_credentials', createClientCredentialsGrant(deps)],
    ['password', createPasswordGrant(deps)],
    [TOKEN_EXCHANGE, createTokenExchangeGrant(deps)],
  ])
