/** One request that no honest client would send. */
export interface BadRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/** A stream of choices that a seed repeats (mulberry32). */
export interface Dice {
  below(limit: number): number
  pick<T>(items: readonly [T, ...T[]]): T
}

export const createDice = (seed: number): Dice => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: (items) => items[below(items.length)] ?? items[0] }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'] as const

const PATHS = [
  '/auth/login',
  '/auth/login/2fa/confirm',
  '/auth/login/2fa/refresh',
  '/auth/logout',
  '/auth/two-factor',
  '/auth/two-factor/enable',
  '/auth/two-factor/disable',
  '/auth/authorize',
  '/auth/authorize/continue',
  '/auth/grant',
  '/auth/token',
  '/auth/userinfo',
  '/.well-known/openid-configuration',
  '/.well-known/jwks.json',
  '/health',
  '/User',
  '/User/x',
  '/fhir/User',
  '/User/x/_history',
  '/User/x/_history/1',
  '/Client/x',
  '/AuthConfig/x',
  '/TokenIntrospector/x',
  '/auth/assets/x',
  '/',
] as const

const NAMES = [
  ...['client_id', 'redirect_uri', 'response_type', 'state', 'scope', 'code_challenge', 'grant_type', 'code'],
  ...[
    'refresh_token',
    'username',
    'password',
    'token',
    'csrf',
    'request',
    'redirect_to',
    '_format',
    '_count',
  ],
  ...['_page', '_sort', '_elements', '_total', '__proto__', 'token[]', 'token[$eq]', '.data.x', 'If-Match'],
] as unknown as readonly [string, ...string[]]

const VALUES = [
  ...[
    '',
    '0',
    '-1',
    '1e309',
    'NaN',
    '\u{0}',
    '\u{ffff}',
    '%',
    '%00',
    '../../etc/passwd',
    "' or 1=1--",
    '{{7*7}}',
  ],
  ...[
    '<script>alert(1)</script>',
    '\r\nSet-Cookie: x=1',
    'javascript:alert(1)',
    'http://[::1',
    'root',
    'admin',
  ],
  ...[
    'code',
    'authorization_code',
    'refresh_token',
    'basic',
    'S256',
    'x'.repeat(5000),
    '٣٤٥٦٧٨',
    '\u{1f600}',
  ],
  ...[
    '[object Object]',
    'null',
    'undefined',
    'true',
    '999999999999999999999',
    'ge2020',
    '2020-99-99',
    '\\',
    '"',
  ],
] as unknown as readonly [string, ...string[]]

const TYPES = [
  ...[
    'application/json',
    'application/x-www-form-urlencoded',
    'text/yaml',
    'multipart/form-data; boundary=x',
  ],
  ...[
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/json; charset=utf-16',
    '',
    ';',
  ],
] as unknown as readonly [string, ...string[]]

export const badRequest = (dice: Dice, authorization: string): BadRequest => {
  const path = dice.pick(PATHS)
  const method = methodFor(dice, path)
  const headers: Record<string, string> = {}
  if (dice.below(6) > 0) headers['content-type'] = dice.below(2) === 0 ? typeFor(path) : dice.pick(TYPES)
  if (dice.below(3) === 0)
    headers.accept = dice.pick(['application/json', 'text/html', 'text/yaml', 'a/b;q=x', ','])
  if (dice.below(4) > 0) headers.authorization = dice.below(6) > 0 ? authorization : oddCredentials(dice)
  if (dice.below(3) === 0)
    headers.cookie = `${dice.pick(['ASID', 'ASFLOW', 'ASTRY', 'ASDEV'])}=${hex(dice)}; =;;a`
  if (dice.below(6) === 0)
    headers[dice.pick(['if-match', 'if-none-match'])] = dice.pick(['*', 'W/"x"', '"', '0', ''])
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const query = dice.below(hasBody ? 5 : 2) === 0 ? `?${form(dice)}` : ''
  return { method, path: `${path}${query}`, headers, body: hasBody ? body(dice) : undefined }
}

/** Mostly one that the route takes, so that the garbage gets further than the router. */
const methodFor = (dice: Dice, path: string): string => {
  if (dice.below(5) === 0) return dice.pick(METHODS)
  return path.startsWith('/auth')
    ? dice.pick(['GET', 'POST', 'POST'])
    : dice.pick(['GET', 'PUT', 'PUT', 'PATCH', 'POST', 'DELETE'])
}

const typeFor = (path: string): string =>
  path.startsWith('/auth') ? 'application/x-www-form-urlencoded' : 'application/json'

const oddCredentials = (dice: Dice): string =>
  dice.pick(['Basic', 'Basic !', 'Basic OjpfOg==', `Bearer ${hex(dice)}`, 'Bearer a.b.c', 'Negotiate x', ''])

const hex = (dice: Dice): string => Array.from({ length: 43 }, () => dice.below(16).toString(16)).join('')

const form = (dice: Dice): string =>
  Array.from({ length: dice.below(5) }, () => {
    const value = dice.pick(VALUES)
    return `${dice.pick(NAMES)}=${dice.below(8) === 0 ? '%ff%' : encodeURIComponent(value)}`
  }).join('&')

const document = (dice: Dice, depth: number): unknown => {
  const roll = dice.below(depth > 0 ? 8 : 5)
  if (roll < 3) return dice.pick(VALUES)
  if (roll === 3) return dice.pick([null, true, 0, -1.5, 1e21])
  if (roll === 4) return {}
  if (roll === 5) return Array.from({ length: dice.below(4) }, () => document(dice, depth - 1))
  const names = [
    'id',
    'resourceType',
    'userName',
    'email',
    'password',
    'twoFactor',
    'secret',
    'grant_types',
    'auth',
    'theme',
    'active',
    'meta',
    'op',
    'path',
    'value',
  ] as const
  return Object.fromEntries(
    Array.from({ length: 1 + dice.below(4) }, () => [dice.pick(names), document(dice, depth - 1)]),
  )
}

const body = (dice: Dice): Uint8Array<ArrayBuffer> => {
  const roll = dice.below(10)
  if (roll < 3) return bytes(form(dice))
  if (roll < 7) return bytes(JSON.stringify(document(dice, 3)))
  if (roll === 7) return bytes('{"a":'.repeat(dice.below(20_000)))
  if (roll === 8) return bytes(`a: &a [${'*a,'.repeat(dice.below(200))}]\n${'- '.repeat(dice.below(300))}`)
  return Uint8Array.from({ length: dice.below(200) }, () => dice.below(256))
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
