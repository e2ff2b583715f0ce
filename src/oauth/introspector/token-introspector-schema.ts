import { z } from 'zod'
import { outboundUrl } from '../../outbound/outbound-url.ts'
import { reference } from '../../resources/reference.ts'

/** What a secret reads as, once stored; written back it means: keep it. */
export const MASKED = '***'

export const DEFAULT_CACHE_SECONDS = 300
const MOST_KEYS = 20
/** PostgreSQL indexes no more than a third of a page. */
const LONGEST_ISSUER = 500

const text = z.string()
const line = text
  .min(1, 'expected at least one character')
  .max(LONGEST_ISSUER, `expected at most ${LONGEST_ISSUER} characters`)
  .refine((value) => !/\p{Cc}/u.test(value), 'expected no control characters')
const secret = text.min(1, 'expected at least one character').max(4096, 'expected at most 4096 characters')
/** RFC 9110 §5.5: what a header can carry. */
const header = secret.regex(/^[\t -~]+$/, 'expected printable ASCII, since it is sent in a header')

const KEY_TYPES = ['RSA', 'EC', 'OCT'] as const
const ALGORITHMS = ['RS256', 'RS384', 'ES256', 'HS256'] as const

const key = z.strictObject({
  k: secret.optional(),
  pub: text.max(16_384, 'expected at most 16384 characters').optional(),
  kty: z.enum(KEY_TYPES, `expected one of ${KEY_TYPES.join(', ')}`),
  alg: z.enum(ALGORITHMS, `expected one of ${ALGORITHMS.join(', ')}`),
  format: z.enum(['PEM', 'plain'], 'expected PEM or plain'),
})

/** `TokenIntrospector` as it is written: whose tokens are believed, and by which proof. */
export const tokenIntrospectorSchema = z.strictObject({
  type: z.enum(['jwt', 'opaque'], 'expected jwt or opaque'),
  jwt: z
    .strictObject({
      iss: line.optional(),
      secret: secret.optional(),
      keys: z
        .array(key)
        .min(1, 'expected at least one key')
        .max(MOST_KEYS, `expected at most ${MOST_KEYS} keys`)
        .optional(),
    })
    .optional(),
  jwks_uri: outboundUrl.optional(),
  introspection_endpoint: z.strictObject({ url: outboundUrl, authorization: header.optional() }).optional(),
  audience: z.array(line).max(50, 'expected at most 50').optional(),
  identity_provider: reference('IdentityProvider').optional(),
  cache_ttl: z
    .int()
    .min(1, 'expected at least 1 second')
    .max(86_400, 'expected at most 86400 seconds')
    .optional(),
})

export type TokenIntrospectorInput = z.infer<typeof tokenIntrospectorSchema>
export type KeyInput = z.infer<typeof key>
