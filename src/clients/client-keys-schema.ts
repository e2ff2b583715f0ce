import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { outboundUrlFault } from '../outbound/outbound-url.ts'
import { clientKeyFault, doubledKids, MOST_CLIENT_KEYS } from './client-keys.ts'
import { unsafeTransportFault } from './registered-uri.ts'

const text = z.string()
const texts = z.array(text)

/** A public key (RFC 7517 §4). Certificates may stand in it and count for nothing. */
const key = z
  .strictObject({
    kid: text.optional(),
    kty: text.optional(),
    alg: text.optional(),
    e: text.optional(),
    n: text.optional(),
    crv: text.optional(),
    x: text.optional(),
    y: text.optional(),
    use: text.optional(),
    key_ops: texts.optional(),
    x5c: texts.optional(),
    x5t: text.optional(),
    'x5t#S256': text.optional(),
  })
  .superRefine((jwk, context) => {
    const fault = clientKeyFault(jwk as JsonObject)
    if (fault === undefined) return
    const path = fault.member === undefined ? [] : [fault.member]
    context.addIssue({ code: 'custom', path, message: fault.message })
  })

export const clientKeys = z
  .array(key)
  .max(MOST_CLIENT_KEYS, `expected at most ${MOST_CLIENT_KEYS} keys`)
  .superRefine((keys, context) => {
    for (const index of doubledKids(keys as readonly JsonObject[]))
      context.addIssue({ code: 'custom', path: [index, 'kid'], message: 'another key has it already' })
  })

/** Whoever can change what it answers is the client, so it is as safe on its way as a redirect. */
export const keySetUri = text.superRefine((url, context) => {
  const fault = outboundUrlFault(url) ?? unsafeTransportFault(url)
  if (fault !== undefined) context.addIssue(fault)
})
