import { promises as dns } from 'node:dns'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

export interface ResolveHostOptions {
  /** Name servers instead of the system's, `address:port`. */
  readonly nameServers?: readonly string[] | undefined
  readonly hostsFile?: string | undefined
}

/**
 * The addresses of a host: itself if it is one, else the hosts file, else DNS (A before AAAA). Empty where there is none.
 * NOTE: by a resolver that asks the name servers itself. getaddrinfo runs in the thread pool, which password hashes share:
 * four names that hang would stop every sign-in. It knows no search domains: the name must be complete.
 */
export const resolveHost = async (
  host: string,
  signal: AbortSignal,
  options: ResolveHostOptions = {},
): Promise<readonly string[]> => {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(name) !== 0) return [name]
  const local = readHosts(options.hostsFile ?? '/etc/hosts', name)
  if (local.length > 0) return local
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1']

  const resolver = new dns.Resolver()
  if (options.nameServers !== undefined) resolver.setServers(options.nameServers)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel)
  try {
    const [four, six] = [resolver.resolve4(name), resolver.resolve6(name)].map((answer) =>
      answer.catch((): readonly string[] => []),
    )
    const addresses = (await four) ?? []
    return addresses.length > 0 ? addresses : ((await six) ?? [])
  } finally {
    signal.removeEventListener('abort', cancel)
    resolver.cancel()
  }
}

/** The addresses that a hosts file gives a name, IPv4 first; none where there is no such file. */
const readHosts = (file: string, name: string): readonly string[] => {
  const wanted = name.toLowerCase()
  return readLines(file)
    .map((line) => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
    .filter(([address, ...names]) => isIP(address ?? '') !== 0 && names.includes(wanted))
    .map(([address]) => address ?? '')
    .sort((one, other) => isIP(one) - isIP(other))
}

const readLines = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
