import { z } from 'zod'
import { outboundUrl } from '../outbound/outbound-url.ts'
import { webhookHeadersFault } from './webhook-rules.ts'

/** What a header value reads as, once stored; written back it means: keep it. */
export const MASKED = '***'

const LONGEST_TEXT = 200
const LONGEST_URL = 2048
const LONGEST_DATA_URL = 65_536

/** More past codes would make one that was seen over a shoulder good for minutes. */
const MOST_PAST_TOKENS = 20
const MOST_TIMEOUT_MILLISECONDS = 60_000

const text = z.string()
const line = text
  .min(1, 'expected at least one character')
  .max(LONGEST_TEXT, `expected at most ${LONGEST_TEXT} characters`)
  .refine((value) => !/\p{Cc}/u.test(value), 'expected no control characters')

/** RFC 3986 §2: the characters of a URI; quotes, angle brackets and backslashes are not among them. */
const URI_CHARACTERS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/

/** The hosts a page policy can name: `*` would be every host there, `;` the next directive, and a URL may hold both. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])$/

const isOwnPath = (url: string): boolean => /^\/(?!\/)/.test(url) && URI_CHARACTERS.test(url)

const webUrlOf = (url: string): URL | undefined => {
  if (!/^https?:\/\//i.test(url) || !URI_CHARACTERS.test(url) || !URL.canParse(url)) return undefined
  const parsed = new URL(url)
  const isSound = parsed.username === '' && parsed.password === '' && HOST.test(parsed.hostname)
  return isSound ? parsed : undefined
}

const isLoopback = ({ hostname }: URL): boolean =>
  /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)

const styleUrl = text.max(LONGEST_URL, `expected at most ${LONGEST_URL} characters`).refine((url) => {
  const parsed = webUrlOf(url)
  return isOwnPath(url) || (parsed !== undefined && (parsed.protocol === 'https:' || isLoopback(parsed)))
}, 'expected an https URL, http on this machine, or a path such as /style.css')

const linkUrl = text
  .max(LONGEST_URL, `expected at most ${LONGEST_URL} characters`)
  .refine((url) => isOwnPath(url) || webUrlOf(url) !== undefined, 'expected an http or https URL, or a path')

/** `image`: a URL that a page may load; `text`: the name itself. */
export type Brand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string }

/** An http(s) or data URL or a path is an image, everything else a name. Undefined for what may be neither. */
export const brandOf = (brand: string): Brand | undefined => {
  if (/^data:/i.test(brand))
    return /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)(?:;charset=utf-8|;base64)*,[!-~]*$/i.test(brand) &&
      brand.length <= LONGEST_DATA_URL
      ? { kind: 'image', url: brand }
      : undefined
  if (/^https?:\/\//i.test(brand) || brand.startsWith('/'))
    return linkUrl.safeParse(brand).success ? { kind: 'image', url: brand } : undefined
  return line.safeParse(brand).success ? { kind: 'text', text: brand } : undefined
}

const brand = text.refine(
  (value) => brandOf(value) !== undefined,
  `expected a name of at most ${LONGEST_TEXT} characters, or the URL of an image`,
)

const webhook = z.strictObject({
  endpoint: outboundUrl,
  timeout: z
    .int()
    .min(1, 'expected milliseconds, at least 1')
    .max(MOST_TIMEOUT_MILLISECONDS, `expected milliseconds, at most ${MOST_TIMEOUT_MILLISECONDS}`)
    .optional(),
  headers: z
    .record(text, text)
    .superRefine((headers, context) => {
      for (const { name, fault } of webhookHeadersFault(headers))
        context.addIssue({ code: 'custom', message: fault, path: [name] })
    })
    .optional(),
  when: z.enum(['always', 'transport'], 'expected always or transport').optional(),
})

/** `AuthConfig`: how people sign in and how the pages look. */
export const authConfigSchema = z.strictObject({
  asidCookieMaxAge: z
    .int()
    .min(60, 'expected at least 60 seconds')
    .max(31_536_000, 'expected at most 31536000 seconds (a year)')
    .optional(),
  theme: z
    .strictObject({
      brand: brand.optional(),
      title: line.optional(),
      styleUrl: styleUrl.optional(),
      forgotPasswordUrl: linkUrl.optional(),
    })
    .optional(),
  twoFactor: z
    .strictObject({
      issuerName: line
        .refine((name) => name.trim() !== '', 'expected a name')
        .refine((name) => !name.includes(':'), 'expected no colon: it ends the issuer in authenticator apps')
        .optional(),
      validPastTokensCount: z
        .int()
        .min(0, 'expected 0 or more')
        .max(MOST_PAST_TOKENS, `expected at most ${MOST_PAST_TOKENS}`)
        .optional(),
      webhook: webhook.optional(),
    })
    .optional(),
})

export type AuthConfigInput = z.infer<typeof authConfigSchema>
