// The clients that the tests of other people's libraries register, over TLS.
import type { JsonObject } from '../../src/kernel/json.ts'
import { CALLBACK, CLIENT_SECRET } from './tls-site.ts'

/** A first-party client of the code flow with a secret and refresh tokens. */
export const confidential = (code: JsonObject = {}, attributes: JsonObject = {}): JsonObject => ({
  secret: CLIENT_SECRET,
  first_party: true,
  grant_types: ['code', 'refresh_token'],
  auth: { authorization_code: { redirect_uri: CALLBACK, refresh_token: true, ...code } },
  ...attributes,
})

/** A client without a secret: PKCE is required of it. */
export const publicClient = (code: JsonObject = {}, attributes: JsonObject = {}): JsonObject => ({
  first_party: true,
  grant_types: ['code'],
  auth: { authorization_code: { redirect_uri: CALLBACK, ...code } },
  ...attributes,
})
