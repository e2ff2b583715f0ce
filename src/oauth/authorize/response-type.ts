// What an authorization request asks to be answered with, and how (OAuth 2.0 Multiple Response Type Encoding Practices).

/** As discovery lists them; the words of one may come in any order (RFC 6749 §3.1.1). */
export const RESPONSE_TYPES = [
  'code',
  'token',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
] as const

export type ResponseWord = 'code' | 'token' | 'id_token'

/** Form Post Response Mode §2 beside the two of Multiple Response Types §2.1. */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const

export type ResponseMode = (typeof RESPONSE_MODES)[number]

const WORDS: readonly string[] = ['code', 'token', 'id_token'] satisfies readonly ResponseWord[]

/** The words of a response type; undefined for one that is not supported. */
export const parseResponseType = (text: string): readonly ResponseWord[] | undefined => {
  const words = text.split(' ')
  return words.every((word) => WORDS.includes(word)) && new Set(words).size === words.length
    ? (words as readonly ResponseWord[])
    : undefined
}

/** Whether a type, even an unsupported one, asks for tokens from the authorization endpoint itself. */
export const asksForTokens = (type: string | undefined): boolean =>
  type !== undefined && /(?:^| )(?:id_)?token(?: |$)/.test(type)

/** Whether it asks for tokens and for no code: the implicit flow. */
export const isImplicit = (type: string | undefined): boolean =>
  asksForTokens(type) && type?.split(' ').includes('code') !== true

/** Multiple Response Types §3, §5: tokens never travel in a query, which servers log and browsers tell others. */
export const defaultMode = (type: string | undefined): ResponseMode =>
  asksForTokens(type) ? 'fragment' : 'query'

/** Why the mode cannot be used, or undefined where it can. */
export const modeFault = (
  mode: string | undefined,
  type: string | undefined,
  redirectUri: string,
): string | undefined => {
  if (mode === undefined) return undefined
  if (!RESPONSE_MODES.some((known) => known === mode))
    return `response_mode must be ${RESPONSE_MODES.join(', ')} or left out`
  if (mode === 'query' && asksForTokens(type))
    return 'response_mode=query would put tokens into a URL; send fragment, form_post or nothing'
  return mode === 'form_post' && !/^https?:/i.test(redirectUri)
    ? 'response_mode=form_post needs a redirect URI of http or https'
    : undefined
}
