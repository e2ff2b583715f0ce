import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { outboundUrl } from '../outbound/outbound-url.ts'
import { reference } from '../resources/reference.ts'
import { allowedOriginFault } from './allowed-origin.ts'
import { CLIENT_AUTHENTICATION_METHODS, JWT_BEARER } from './client-keys.ts'
import { clientKeys, keySetUri } from './client-keys-schema.ts'
import { registeredUriFault } from './registered-uri.ts'

const text = z.string()
const flag = z.boolean()
const texts = z.array(text)
const open = z.custom<JsonObject>(isJsonObject, 'expected an object')

/** Ten years: nothing is infinite. */
const MOST_SECONDS = 315_360_000

const seconds = z
  .int()
  .min(1, 'expected at least 1 second')
  .max(MOST_SECONDS, `expected at most ${MOST_SECONDS} seconds (ten years)`)

const redirectUri = text.max(2048, 'expected at most 2048 characters').superRefine((uri, context) => {
  const fault = registeredUriFault(uri)
  if (fault !== undefined) context.addIssue(fault)
})

/** Beside the single one. */
const redirectUris = z.array(redirectUri).max(100, 'expected at most 100 redirect URIs')

const allowedOrigin = text.superRefine((origin, context) => {
  const fault = allowedOriginFault(origin)
  if (fault !== undefined) context.addIssue(fault)
})

const tokenAlgorithm = z.enum(['RS256', 'ES256', 'EdDSA'], 'expected RS256, ES256 or EdDSA')

const GRANT_TYPES = [
  'basic',
  'authorization_code',
  'code',
  'password',
  'client_credentials',
  'implicit',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const

const tokens = {
  token_format: z.enum(['jwt', 'opaque'], 'expected jwt or opaque').optional(),
  access_token_expiration: seconds.optional(),
  audience: texts.optional(),
}

const refreshable = {
  ...tokens,
  refresh_token: flag.optional(),
  refresh_token_expiration: seconds.optional(),
}

const assertionTypes = z.array(z.literal(JWT_BEARER, `expected ${JWT_BEARER}`))

const flows = z.strictObject({
  authorization_code: z
    .strictObject({
      ...refreshable,
      secret_required: flag.optional(),
      pkce: flag.optional(),
      redirect_uri: redirectUri.optional(),
      redirect_uris: redirectUris.optional(),
      client_assertion_types: assertionTypes.optional(),
      default_identity_provider: reference('IdentityProvider').optional(),
    })
    .optional(),
  client_credentials: z
    .strictObject({ ...refreshable, client_assertion_types: assertionTypes.optional() })
    .optional(),
  password: z
    .strictObject({
      ...refreshable,
      secret_required: flag.optional(),
      redirect_uri: redirectUri.optional(),
    })
    .optional(),
  implicit: z
    .strictObject({ ...tokens, redirect_uri: redirectUri.optional(), redirect_uris: redirectUris.optional() })
    .optional(),
  token_exchange: z.strictObject(refreshable).optional(),
})

const attributes = z.strictObject({
  active: flag.optional(),
  name: text.max(200, 'expected at most 200 characters').optional(),
  description: text.optional(),
  type: text.optional(),
  secret: text.nullable().optional(),
  first_party: flag.optional(),
  trusted: flag.optional(),
  grant_types: z.array(z.enum(GRANT_TYPES, `expected one of ${GRANT_TYPES.join(', ')}`)).optional(),
  auth: flows.optional(),
  allowedIssuers: texts.optional(),
  jwks: clientKeys.optional(),
  jwks_uri: keySetUri.optional(),
  token_endpoint_auth_method: z
    .enum(CLIENT_AUTHENTICATION_METHODS, `expected one of ${CLIENT_AUTHENTICATION_METHODS.join(', ')}`)
    .optional(),
  smart: z
    .strictObject({ launch_uri: text.optional(), name: text.optional(), description: text.optional() })
    .optional(),
  scope: z
    .array(
      text.regex(/^[!#-[\]-~]+$/, 'expected a scope: printable ASCII without blanks, quotes and backslashes'),
    )
    .optional(),
  'allowed-scopes': z.array(reference('Scope')).max(200, 'expected at most 200 scopes').optional(),
  scopes: z
    .array(z.strictObject({ policy: reference('AccessPolicy').optional(), parameters: open.optional() }))
    .optional(),
  allowed_origins: z.array(allowedOrigin).max(100, 'expected at most 100 origins').optional(),
  'fhir-base-url': text.optional(),
  id_token_signed_response_alg: tokenAlgorithm.optional(),
  access_token_signed_response_alg: tokenAlgorithm.optional(),
  backchannel_logout_uri: outboundUrl.optional(),
  backchannel_logout_session_required: flag.optional(),
  post_logout_redirect_uris: z.array(redirectUri).optional(),
  details: open.optional(),
  audience: text.optional(),
})

/** `Client` as it is written: an application and the flows it may use, with its secret. */
export const clientSchema = attributes.refine(
  // RFC 7591 §2: one of the two.
  ({ jwks, jwks_uri: uri }) => jwks === undefined || uri === undefined,
  { path: ['jwks_uri'], message: 'must not stand beside jwks: the keys are here or there' },
)

export type ClientInput = z.infer<typeof clientSchema>
