import { z } from 'zod'

const LONGEST_URL = 2048

/**
 * Tells why the server would never call a URL, or undefined where it might. A name that resolves to a refused address is
 * found at the call.
 */
export const outboundUrlFault = (url: string): string | undefined => {
  if (url.length > LONGEST_URL) return `expected at most ${LONGEST_URL} characters`
  if (!/^https?:\/\/[!-[\]-~]+$/i.test(url) || !URL.canParse(url))
    return 'expected an absolute http or https URL'
  const { username, password, hostname } = new URL(url)
  if (username !== '' || password !== '') return 'must not hold a user name or password'
  if (url.includes('#')) return 'expected a URL without fragment'
  if (isLinkLocal(hostname)) return 'must not be a link-local address: cloud metadata lives there'
  return undefined
}

/** An address that the server is to call, in a document. */
export const outboundUrl = z.string().superRefine((url, context) => {
  const fault = outboundUrlFault(url)
  if (fault !== undefined) context.addIssue(fault)
})

/** As the URL parser prints it: `169.254.169.254` however it was written, IPv6 in brackets and compressed. */
const isLinkLocal = (hostname: string): boolean =>
  /^169\.254\./.test(hostname) ||
  /^\[fe[89ab][0-9a-f]:/.test(hostname) ||
  /^\[(?:::ffff:|64:ff9b::)a9fe:/.test(hostname)
