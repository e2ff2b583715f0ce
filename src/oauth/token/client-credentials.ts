import type { PresentedAssertion } from '../../clients/authenticate-by-assertion.ts'
import { oauthProblem } from '../../kernel/problem.ts'

/** How a client says who it is (RFC 6749 §2.3, RFC 7521 §4.2). */
export type PresentedClient =
  | PresentedSecret
  | { readonly kind: 'id'; readonly clientId: string }
  | ({ readonly kind: 'assertion' } & PresentedAssertion)

interface PresentedSecret {
  readonly kind: 'secret'
  readonly clientId: string
  /** The readings of the presented secret, of which one must be right. */
  readonly secrets: readonly string[]
  readonly isBasic: boolean
}

/**
 * Reads the client's credentials from the Authorization header or from the body, never from both.
 * @throws {Problem} oauth/invalid_request — two methods at once, or none; oauth/invalid_client — unreadable or other scheme
 */
export const readClientCredentials = (
  authorization: string | undefined,
  parameters: ReadonlyMap<string, string>,
): PresentedClient => {
  const clientId = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  const presented = readAssertion(parameters)
  if (presented !== undefined) {
    if (authorization !== undefined || secret !== undefined)
      throw oauthProblem(
        'invalid_request',
        'the client sent client_assertion and a secret; it can use one method at a time',
      )
    return presented
  }
  if (authorization === undefined) {
    if (clientId === undefined)
      throw oauthProblem('invalid_client', 'client_id is missing; send it in the body or with HTTP Basic')
    return secret === undefined
      ? { kind: 'id', clientId }
      : { kind: 'secret', clientId, secrets: [secret], isBasic: false }
  }
  const basic = readBasic(authorization)
  if (secret !== undefined)
    throw oauthProblem(
      'invalid_request',
      'the client secret was sent in the header and in the body; send it once',
    )
  if (clientId !== undefined && clientId !== basic.clientId)
    throw oauthProblem('invalid_request', 'client_id differs between the header and the body')
  return basic
}

const readAssertion = (parameters: ReadonlyMap<string, string>): PresentedClient | undefined => {
  const assertion = parameters.get('client_assertion')
  const type = parameters.get('client_assertion_type')
  if (assertion === undefined && type === undefined) return undefined
  if (assertion === undefined) throw oauthProblem('invalid_request', 'client_assertion is missing')
  if (type === undefined) throw oauthProblem('invalid_request', 'client_assertion_type is missing')
  return { kind: 'assertion', type, assertion, clientId: parameters.get('client_id') }
}

const BASIC = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i

const readBasic = (authorization: string): PresentedSecret => {
  const encoded = BASIC.exec(authorization)?.[1]
  const text = encoded === undefined ? undefined : decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = text?.indexOf(':') ?? -1
  const id = text?.slice(0, colon) ?? ''
  // NOTE: RFC 6749 §2.3.1 has both form-encoded first; many clients, curl -u among them, send the secret as it is.
  const clientId = formDecode(id) ?? id
  if (text === undefined || colon <= 0 || /\p{Cc}/u.test(clientId))
    throw oauthProblem(
      'invalid_client',
      'the Authorization header must be Basic base64(client_id:client_secret)',
      'Basic',
    )
  const secret = text.slice(colon + 1)
  return { kind: 'secret', clientId, secrets: [formDecode(secret) ?? secret, secret], isBasic: true }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeUtf8 = (bytes: Buffer): string | undefined => {
  // NOTE: a decoder that refuses costs more than all the rest; only what holds a replacement may be invalid.
  const text = bytes.toString('utf8')
  if (!text.includes('\u{fffd}')) return text
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const formDecode = (text: string): string | undefined => {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
