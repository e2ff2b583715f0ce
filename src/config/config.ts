import { isIPv4 } from 'node:net'
import type { z } from 'zod'
import type { Secret } from '../kernel/secret.ts'
import type { SecretKeys } from './secret-keys.ts'
import { settings } from './settings.ts'
import type { OwnKey } from './signing-keys.node.ts'

/** The deployment, read once. Secrets in it cannot be printed. */
export interface Config {
  /** The public origin and issuer, without a trailing slash. */
  readonly publicUrl: string
  readonly isHttps: boolean
  readonly port: number
  readonly host: string
  readonly dataDirectory: string
  /** `undefined` for the embedded database. */
  readonly databaseUrl: Secret<string> | undefined
  readonly rootClient: FirstAccount
  readonly administrator: FirstAccount
  /** Applied at each start. */
  readonly initBundle: Uint8Array | undefined
  /** `undefined` means those in the data directory. Always given with `databaseUrl`. */
  readonly secretKeys: Secret<SecretKeys> | undefined
  readonly trustedProxies: number
  readonly isRateLimited: boolean
  readonly passwordMinLength: number
  readonly signingAlgorithm: 'RS256' | 'ES256' | 'EdDSA'
  /** The operator's own; the first of an algorithm signs. */
  readonly signingKeys: readonly OwnKey[]
  /** 0: never by itself. */
  readonly signingKeyDays: number
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** What is allowed but dangerous here, in sentences to log loudly. */
  readonly warnings: readonly string[]
}

export interface FirstAccount {
  readonly id: string
  /** `undefined`: to be generated. */
  readonly secret: Secret<string> | undefined
}

/** The environment does not make a configuration. The message lists everything that is wrong, one line each. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** Reads the environment; empty variables count as not given. @throws {ConfigError} listing all that is wrong at once */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const names = Object.keys(settings.shape)
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  const known = Object.fromEntries(given.filter(([name]) => names.includes(name)))
  const faults = given
    .filter(([name]) => name.startsWith('COUNTERSIGN_') && !names.includes(name))
    .map(([name]) => `${name}: there is no such setting; did you mean ${nearest(name, names)}?`)
  const parsed = settings.safeParse(known)
  if (!parsed.success)
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  if (known.DATABASE_URL !== undefined && known.COUNTERSIGN_SECRET_KEY === undefined)
    faults.push(
      'COUNTERSIGN_SECRET_KEY: required with DATABASE_URL, the same for every process; make one with: openssl rand -base64 32',
    )
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(configOf(parsed.data))
}

const configOf = (values: z.infer<typeof settings>): Config => {
  const publicUrl = values.COUNTERSIGN_URL ?? new URL(`http://localhost:${values.PORT}`).origin
  const isRateLimited = values.COUNTERSIGN_RATE_LIMITS === 'on'
  return {
    publicUrl,
    isHttps: publicUrl.startsWith('https:'),
    port: values.PORT,
    host: values.HOST,
    dataDirectory: values.COUNTERSIGN_DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    rootClient: { id: values.COUNTERSIGN_ROOT_CLIENT_ID, secret: values.COUNTERSIGN_ROOT_CLIENT_SECRET },
    administrator: { id: values.COUNTERSIGN_ADMIN_ID, secret: values.COUNTERSIGN_ADMIN_PASSWORD },
    initBundle: values.COUNTERSIGN_INIT_BUNDLE,
    secretKeys: values.COUNTERSIGN_SECRET_KEY,
    trustedProxies: values.COUNTERSIGN_TRUST_PROXY,
    isRateLimited,
    passwordMinLength: values.COUNTERSIGN_PASSWORD_MIN_LENGTH,
    signingAlgorithm: values.COUNTERSIGN_SIGNING_ALGORITHM,
    signingKeys: values.COUNTERSIGN_SIGNING_KEYS ?? [],
    signingKeyDays: values.COUNTERSIGN_SIGNING_KEY_DAYS,
    logLevel: values.COUNTERSIGN_LOG_LEVEL,
    warnings: [
      ...(isRateLimited
        ? []
        : ['COUNTERSIGN_RATE_LIMITS is off: passwords and codes can be guessed without limit']),
      ...(isProtected(publicUrl)
        ? []
        : [
            `COUNTERSIGN_URL is ${publicUrl}: passwords and cookies cross the network in the clear; use https`,
          ]),
    ],
  }
}

const isProtected = (publicUrl: string): boolean => {
  const { protocol, hostname } = new URL(publicUrl)
  const isLoopback =
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  return protocol === 'https:' || isLoopback
}

const nearest = (name: string, names: readonly string[]): string =>
  names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .toSorted((left, right) => left.distance - right.distance)[0]?.candidate ?? 'another name'

/** Levenshtein's distance: how many letters to insert, drop or change. */
const editDistance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
