import { z } from 'zod'
import { secretOf } from '../kernel/secret.ts'
import { readInitBundle } from './init-bundle.node.ts'
import { parseSecretKeys } from './secret-keys.ts'
import { readOwnKeys } from './signing-keys.node.ts'

/** What the printed documentation tells besides the description. */
interface SettingNotes {
  readonly fallback: string
  /** What the same is called at Aidbox, for those who come from there. */
  readonly aidbox?: string
}

const NOTES = new Map<z.ZodType, SettingNotes>()

/** What else the documentation tells of a setting; undefined for a schema that is none. */
export const notesOf = (schema: z.ZodType): SettingNotes | undefined => NOTES.get(schema)

const setting = <T extends z.ZodType>(schema: T, description: string, notes: SettingNotes): T => {
  const described = schema.describe(description)
  NOTES.set(described, notes)
  return described
}

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'expected 1 to 64 letters, digits, - or .')

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .pipe(z.number().min(minimum, `expected at least ${minimum}`).max(maximum, `expected at most ${maximum}`))

const password = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= 1024, 'expected at most 1024 bytes of UTF-8')
  .transform(secretOf)

const publicUrl = z
  .string()
  .refine(isOrigin, 'expected http:// or https://, a host and nothing after it, as in https://id.example.org')
  .transform((url) => new URL(url).origin)

const databaseUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/./, 'expected postgres://user:password@host:port/database')
  .refine(
    // NOTE: pg takes a URL without a host too, whose query names a socket.
    (url) => URL.canParse(url.replace('@/', '@localhost/')),
    'is no URL; in user and password write # as %23, / as %2F, ? as %3F, @ as %40 and % as %25',
  )
  .transform(secretOf)

const SECRET_KEY_HELP = 'expected 32 bytes as Base64; make one with: openssl rand -base64 32'

const secretKeys = z.string().transform((text, context) => {
  const keys = parseSecretKeys(text)
  if (keys !== undefined) return secretOf(keys)
  context.addIssue({ code: 'custom', message: SECRET_KEY_HELP })
  return z.NEVER
})

const signingKeys = z.string().transform((text, context) => {
  const read = readOwnKeys(text)
  if (read.kind === 'keys') return read.keys
  context.addIssue({ code: 'custom', message: read.message })
  return z.NEVER
})

const initBundle = z.string().transform((location, context) => {
  const read = readInitBundle(location)
  if (read.kind === 'bundle') return read.bytes
  context.addIssue({ code: 'custom', message: read.message })
  return z.NEVER
})

/** Every environment variable that Countersign reads. `docs/config.md` is printed from it. */
export const settings = z.strictObject({
  COUNTERSIGN_URL: setting(
    publicUrl.optional(),
    'The address people and applications use: the issuer of tokens and the base of every link. Only `https` gets Secure cookies and HSTS.',
    { fallback: '`http://localhost:<PORT>`', aidbox: 'BOX_WEB_BASE_URL' },
  ),
  PORT: setting(wholeNumber(0, 65_535).default(8080), 'The TCP port to listen on.', {
    fallback: '`8080`',
    aidbox: 'BOX_WEB_PORT',
  }),
  HOST: setting(z.string().default('127.0.0.1'), 'The address to listen on; `0.0.0.0` for all.', {
    fallback: '`127.0.0.1`',
  }),
  COUNTERSIGN_DATA_DIR: setting(
    z.string().default('./data'),
    'The directory of the embedded database and the generated key. Made with mode 0700.',
    { fallback: '`./data`' },
  ),
  DATABASE_URL: setting(
    databaseUrl.optional(),
    'A PostgreSQL database (15 or newer) instead of the embedded one; needed for more than one process.',
    { fallback: 'embedded database' },
  ),
  COUNTERSIGN_ROOT_CLIENT_ID: setting(
    id.default('root'),
    'The Client with full access over Basic authentication, created at the first start.',
    { fallback: '`root`', aidbox: 'BOX_ROOT_CLIENT_ID' },
  ),
  COUNTERSIGN_ROOT_CLIENT_SECRET: setting(
    password.optional(),
    'Its secret; where it differs from the stored one, it replaces it at the start.',
    {
      fallback: 'generated, printed once',
      aidbox: 'BOX_ROOT_CLIENT_SECRET',
    },
  ),
  COUNTERSIGN_ADMIN_ID: setting(
    id.default('admin'),
    'The User with full access, created at the first start; also the login name.',
    { fallback: '`admin`', aidbox: 'BOX_ADMIN_ID' },
  ),
  COUNTERSIGN_ADMIN_PASSWORD: setting(password.optional(), 'The password, used at the first start alone.', {
    fallback: 'generated, printed once',
    aidbox: 'BOX_ADMIN_PASSWORD',
  }),
  COUNTERSIGN_INIT_BUNDLE: setting(
    initBundle.optional(),
    'A file with a Bundle (JSON or YAML) that is applied at every start, before anybody is served. A `transaction` that fails ends the start; of a `batch` the entries that fail are logged.',
    { fallback: 'none', aidbox: 'BOX_INIT_BUNDLE' },
  ),
  COUNTERSIGN_SECRET_KEY: setting(
    secretKeys.optional(),
    'The key that encrypts secrets in the database: 32 bytes as Base64 (`openssl rand -base64 32`). Lost with it are all second factors and signing keys. Of several, apart by commas, the first encrypts and all decrypt: so it is changed (`npm run re-encrypt`).',
    { fallback: 'generated into the data directory; required with `DATABASE_URL`' },
  ),
  COUNTERSIGN_TRUST_PROXY: setting(
    wholeNumber(0, 10).default(0),
    'How many proxies in front append to `X-Forwarded-For`. A number too high lets clients forge their address.',
    { fallback: '`0`' },
  ),
  COUNTERSIGN_RATE_LIMITS: setting(
    z.enum(['on', 'off'], 'expected on or off').default('on'),
    '`off` lets everybody guess without limit; for load tests only.',
    { fallback: '`on`' },
  ),
  COUNTERSIGN_PASSWORD_MIN_LENGTH: setting(
    wholeNumber(1, 1024).default(1),
    'The least number of characters of a new password; imported hashes are not looked into. NIST SP 800-63B-4 asks for 8 beside a second factor and for 15 without one.',
    { fallback: 'none', aidbox: 'BOX_SECURITY_USER_PASSWORD_MIN_LENGTH' },
  ),
  COUNTERSIGN_SIGNING_KEYS: setting(
    signingKeys.optional(),
    'Own private keys that sign tokens, as PEM or the path of a file with one or more: RSA (≥ 2048 bits) for RS256, P-256 for ES256, Ed25519 for EdDSA. Of each algorithm the first signs, all are published, and none is rotated by the server.',
    { fallback: 'made by the server', aidbox: 'BOX_SECURITY_AUTH_KEYS_PRIVATE' },
  ),
  COUNTERSIGN_SIGNING_KEY_DAYS: setting(
    wholeNumber(0, 3650).default(90),
    'After so many days another key takes over signing; the old one is published until nothing it signed is valid. `0`: only by `npm run rotate-keys`.',
    { fallback: '`90`' },
  ),
  COUNTERSIGN_SIGNING_ALGORITHM: setting(
    z.enum(['RS256', 'ES256', 'EdDSA'], 'expected RS256, ES256 or EdDSA').default('RS256'),
    'What tokens are signed with where a client does not say. Every client knows `RS256`; the others sign ten times as fast.',
    { fallback: '`RS256`' },
  ),
  COUNTERSIGN_LOG_LEVEL: setting(
    z
      .enum(['silent', 'error', 'warn', 'info', 'debug'], 'expected silent, error, warn, info or debug')
      .default('info'),
    'The least important lines to log; `info` has one per request.',
    { fallback: '`info`' },
  ),
})

function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^/?#\s@]+\/?$/i.test(text) || !URL.canParse(text)) return false
  return new URL(text).pathname === '/'
}
