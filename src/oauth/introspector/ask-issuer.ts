import { parseJson } from '../../http/json.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'

const TIMEOUT_MILLISECONDS = 5000
const LARGEST_ANSWER_BYTES = 64 * 1024

export type IssuerAnswer =
  | { readonly kind: 'active'; readonly claims: JsonObject }
  /** `reason` is for the audit log. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Asks the issuer of an opaque token whether it is active (RFC 7662 §2). Every other answer than yes is a no. */
export const askIssuer = async (
  fetch: OutboundFetch,
  endpoint: { readonly url: string; readonly authorization: string | undefined },
  token: string,
): Promise<IssuerAnswer> => {
  const outcome = await fetch({
    url: endpoint.url,
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(endpoint.authorization === undefined ? {} : { authorization: endpoint.authorization }),
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    mostBytes: LARGEST_ANSWER_BYTES,
  })
  if (outcome.kind === 'failed' || outcome.status !== 200)
    return { kind: 'refused', reason: 'introspection-failed' }
  try {
    const claims = parseJson(outcome.body)
    if (!isJsonObject(claims)) return { kind: 'refused', reason: 'introspection-failed' }
    return claims.active === true ? { kind: 'active', claims } : { kind: 'refused', reason: 'not-active' }
  } catch {
    return { kind: 'refused', reason: 'introspection-failed' }
  }
}
