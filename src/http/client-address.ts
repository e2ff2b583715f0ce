import { isIP, SocketAddress } from 'node:net'
import type { Random } from '../kernel/random.ts'
import { remember } from '../kernel/remember.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Wire } from './app-env.ts'
import { requestIds } from './request-ids.ts'

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/
const UNKNOWN_ADDRESS = '0.0.0.0'
const LONGEST_USER_AGENT = 256

interface RequestOriginDeps {
  /** How many proxies in front of us append to X-Forwarded-For; 0 ignores the header. */
  readonly trustedProxies: number
  readonly random: Random
}

/** Says where requests come from. */
export const requestOrigins = (
  deps: RequestOriginDeps,
): ((request: Request, wire: Wire) => RequestOrigin) => {
  const nextRequestId = requestIds(deps.random)
  return ({ headers }, { incoming }) => {
    const given = headers.get('x-request-id')
    const userAgent = headers.get('user-agent')
    const forwardedFor = deps.trustedProxies === 0 ? null : headers.get('x-forwarded-for')
    return {
      address: clientAddress(incoming?.socket?.remoteAddress, forwardedFor ?? undefined, deps.trustedProxies),
      requestId: given !== null && REQUEST_ID.test(given) ? given : nextRequestId(),
      ...(userAgent === null ? {} : { userAgent: userAgent.slice(0, LONGEST_USER_AGENT) }),
    }
  }
}

/**
 * The client's address: of X-Forwarded-For the entry that the outermost trusted proxy wrote, the n-th from the right.
 * Entries further left are the client's own claims and never count. Where the header is too short or the entry is
 * no address, the socket's address.
 */
export const clientAddress = (
  socket: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string => {
  const direct = canonicalAddress(socket ?? '') ?? UNKNOWN_ADDRESS
  if (trustedProxies === 0 || forwardedFor === undefined) return direct
  const entry = forwardedFor.split(',').at(-trustedProxies)
  return canonicalAddress(withoutPort(entry?.trim() ?? '')) ?? direct
}

/** What one subscriber usually has: the address itself for IPv4, its /64 for IPv6. */
export const networkOf = (address: string): string => {
  if (isIP(address) !== 6) return address
  const groups = expandIpv6(address).slice(0, 4)
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`
}

/** One spelling per address: IPv4-mapped IPv6 as IPv4, IPv6 compressed and lower case, no zone. */
const canonicalAddress = remember((text: string): string | undefined => {
  const address = text.split('%')[0] ?? ''
  const family = isIP(address)
  if (family === 4) return address
  if (family !== 6) return undefined
  const groups = expandIpv6(address)
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return new SocketAddress({ address, family: 'ipv6' }).address
})

const expandIpv6 = (address: string): readonly number[] => {
  const hex = new SocketAddress({ address: address.split('%')[0] ?? '', family: 'ipv6' }).address
  const [head = '', tail] = withoutDottedTail(hex).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16))
}

const withoutDottedTail = (address: string): string =>
  address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  )

/** Some proxies write `1.2.3.4:5678` or `[2001:db8::1]:5678`. */
const withoutPort = (entry: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1] ?? entry
