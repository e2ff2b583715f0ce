import { BlockList, isIP } from 'node:net'

/**
 * Link-local addresses, where clouds serve credentials to whoever asks from inside (169.254.169.254): a webhook set by
 * one who may edit AuthConfig must not reach them. The IPv6 rows are the forms that carry such an IPv4 address:
 * IPv4-compatible, NAT64 (RFC 6052, RFC 8215), translated (RFC 2765) and 6to4 (RFC 3056); mapped ones (::ffff:0:0/96) a BlockList knows by itself.
 * Loopback and private networks are allowed: that is where an operator's receiver lives.
 */
const FORBIDDEN: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['::a9fe:0', 112, 'ipv6'],
  ['64:ff9b::a9fe:0', 112, 'ipv6'],
  ['64:ff9b:1::a9fe:0', 112, 'ipv6'],
  ['::ffff:0:a9fe:0', 112, 'ipv6'],
  ['2002:a9fe::', 32, 'ipv6'],
  // NOTE: not link-local, but the same service of large clouds.
  ['fd00:ec2::', 64, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
]

const forbidden = new BlockList()
for (const [network, prefix, family] of FORBIDDEN) forbidden.addSubnet(network, prefix, family)

/** True for what no webhook may connect to; also for text that is no IP address. */
export const isForbiddenAddress = (address: string): boolean => {
  const bare = address.split('%', 1)[0] ?? ''
  const family = isIP(bare)
  return family === 0 || forbidden.check(bare, family === 4 ? 'ipv4' : 'ipv6')
}
