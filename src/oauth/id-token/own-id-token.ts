import type { JsonObject } from '../../kernel/json.ts'

/** Whom an ID token is about, and for whom it was made. */
export interface OwnIdToken {
  readonly userId: string
  readonly clientId: string
}

/**
 * Reads the claims of a JWT that one of our keys signed; undefined where they are no ID token's. An access token names its
 * client in `client_id` and may have another's id as audience; a logout token has `events`.
 */
export const ownIdToken = (claims: JsonObject | undefined, issuer: string): OwnIdToken | undefined => {
  const { iss, sub, aud, auth_time: signedInAt, client_id: holder, events } = claims ?? {}
  return iss === issuer &&
    typeof sub === 'string' &&
    typeof aud === 'string' &&
    signedInAt !== undefined &&
    holder === undefined &&
    events === undefined
    ? { userId: sub, clientId: aud }
    : undefined
}
