import type { Client } from '../../clients/client.ts'
import { settingsOf } from '../../clients/flow.ts'
import { epochSeconds } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Random } from '../../kernel/random.ts'
import { hashSecretToken, newSecretToken } from '../../kernel/secret-token.ts'
import { authenticationClaims } from '../../sessions/authentication-context.ts'
import type { MakeIdToken } from '../id-token/make-id-token.ts'
import type { SignJwtOptions } from '../keys/signing-keys.ts'
import type { Authorization, IssuedHashes } from './token.store.ts'

/** A refresh token family ends this long after the sign-in, however often it is refreshed (RFC 9700 §4.14.2). */
const FAMILY_MILLISECONDS = 365 * 24 * 3600_000

export interface TokenMaker {
  readonly random: Random
  readonly issuer: string
  /** Signs claims as a JWT of the type `JWT`. */
  readonly signJwt: (claims: JsonObject, options?: SignJwtOptions) => Promise<string>
  readonly makeIdToken: MakeIdToken
}

export interface TokenSubject extends Authorization {
  /** Id of the row and `jti` of the token. */
  readonly id: string
}

export interface IssuedTokens {
  readonly accessToken: string
  readonly accessTokenSeconds: number
  readonly refreshToken: string | undefined
  readonly hashes: IssuedHashes
}

/**
 * Makes an access token as the client wants it of this flow, opaque or JWT, and a refresh token where it gets one.
 * Nothing is stored here.
 */
export const makeTokens = async (
  maker: TokenMaker,
  client: Client,
  subject: TokenSubject,
  at: Date,
): Promise<IssuedTokens> => {
  const settings = settingsOf(client, subject.flow)
  const seconds = settings.accessTokenSeconds
  const accessToken =
    settings.tokenFormat === 'jwt'
      ? await maker.signJwt(accessClaims(maker.issuer, client, subject, at), {
          algorithm: client.accessTokenAlgorithm,
        })
      : newSecretToken(maker.random)
  const refreshToken = settings.isRefreshTokenIssued ? newSecretToken(maker.random) : undefined
  return {
    accessToken,
    accessTokenSeconds: seconds,
    refreshToken,
    hashes: {
      accessHash: hashSecretToken(accessToken),
      accessScopes: subject.scopes,
      expiresAt: new Date(at.getTime() + seconds * 1000),
      refresh:
        refreshToken === undefined
          ? undefined
          : { hash: hashSecretToken(refreshToken), expiresAt: refreshExpiry(client, subject, at) },
    },
  }
}

const accessClaims = (issuer: string, client: Client, subject: TokenSubject, at: Date): JsonObject => {
  const settings = settingsOf(client, subject.flow)
  const audience = subject.audience ?? settings.audience
  const issuedAt = epochSeconds(at)
  return {
    iss: issuer,
    sub: subject.userId ?? client.id,
    iat: issuedAt,
    exp: issuedAt + settings.accessTokenSeconds,
    jti: subject.id,
    client_id: client.id,
    ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? (audience[0] ?? '') : audience }),
    ...(subject.scopes.length === 0 ? {} : { scope: subject.scopes.join(' ') }),
    ...authenticationClaims(subject),
  }
}

const refreshExpiry = (client: Client, { flow, authenticatedAt }: TokenSubject, at: Date): Date => {
  const lifetime = settingsOf(client, flow).refreshTokenSeconds * 1000
  const end = authenticatedAt + Math.max(FAMILY_MILLISECONDS, lifetime)
  return new Date(Math.min(at.getTime() + lifetime, end))
}

/** The answer of RFC 6749 §5.1. `scope` is there whenever scopes were granted, so that nobody has to guess. */
export const tokenResponse = (tokens: IssuedTokens, scopes: readonly string[]): JsonObject => ({
  token_type: 'Bearer',
  expires_in: tokens.accessTokenSeconds,
  access_token: tokens.accessToken,
  ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
  ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
})
