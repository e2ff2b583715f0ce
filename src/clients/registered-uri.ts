import { redirectUriFault } from './redirect-uri.ts'

/**
 * Names that only mean something on this machine or inside a private network: special-use domains (RFC 6761, RFC 8375,
 * RFC 9476), single labels, loopback and private addresses (RFC 1918).
 */
const PRIVATE_HOST =
  /^(?:[^.]+|.+\.(?:localhost|test|example|invalid|local|internal|home\.arpa)|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[::1\])$/

/**
 * Tells why a redirect URI cannot be registered, or undefined when it can. Codes do not travel in clear over public
 * networks (RFC 9700 §2.6), and private-use schemes are reverse domain names (RFC 8252 §7.1).
 */
export const registeredUriFault = (uri: string): string | undefined => {
  const fault = redirectUriFault(uri)
  if (fault !== undefined) return fault
  const { protocol } = new URL(uri)
  if (protocol === 'https:' || protocol === 'http:') return unsafeTransportFault(uri)
  return protocol.includes('.')
    ? undefined
    : 'must use https or a scheme with a dot such as com.example.app:/callback'
}

/** Tells why what goes to an http or https URL could be read or changed on its way, or undefined when it cannot. */
export const unsafeTransportFault = (url: string): string | undefined => {
  if (!URL.canParse(url)) return 'must be an absolute URI'
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || PRIVATE_HOST.test(hostname)
    ? undefined
    : 'must use https, unless its host is this machine or a private network'
}
