import type { JsonObject } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'

/** Under which lookup key an issuer is found: one issuer may give both kinds of token. */
export const issuerKeyName = (type: 'jwt' | 'opaque'): string => `${type}-issuer`

/** Whose tokens a stored TokenIntrospector stands for: `jwt.iss`, of opaque ones without it the endpoint's origin. */
export const issuerOf = (document: JsonObject): string => {
  const { jwt, introspection_endpoint: endpoint } = document
  if (isJsonObject(jwt) && typeof jwt.iss === 'string') return jwt.iss
  const url = isJsonObject(endpoint) ? endpoint.url : undefined
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : ''
}
