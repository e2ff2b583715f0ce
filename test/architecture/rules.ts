// The architecture as data: what may know what. find-violations.ts applies it.

/** Slices from the ground up. A slice imports from lower levels and from itself, never from its own level. */
export const SLICE_LEVELS: readonly (readonly string[])[] = [
  ['kernel'],
  ['config', 'db', 'html'],
  ['http', 'audit'],
  ['outbound'],
  ['resources'],
  ['access', 'accounts', 'clients', 'sessions', 'auth-config', 'audit-view'],
  ['two-factor'],
  ['sign-in'],
  ['oauth', 'password', 'console'],
  ['openapi'],
]

/** From here up every file's suffix says its layer, and a file without one is a rule. */
export const FIRST_LAYERED_LEVEL = 5

export type Layer = 'rule' | 'store' | 'sql' | 'node' | 'routes' | 'page' | 'resource'

/** What an import target is, as far as the layers care. */
export const KINDS = {
  hono: (target: string) => /^(hono|@hono)(\/|$)/.test(target) && target !== 'hono/html',
  html: (target: string) => target === 'hono/html' || target.endsWith('.page.ts'),
  sql: (target: string) => /^(kysely|pg|node:sqlite)(\/|$)/.test(target) || target.endsWith('.sql.ts'),
  node: (target: string) => target.startsWith('node:') || target.endsWith('.node.ts'),
  routes: (target: string) => target.endsWith('.routes.ts'),
  page: (target: string) => target.endsWith('.page.ts'),
  store: (target: string) => target.endsWith('.store.ts'),
} as const

export type Kind = keyof typeof KINDS

export const FORBIDDEN_TO: Readonly<Record<Layer, readonly Kind[]>> = {
  rule: ['hono', 'html', 'sql', 'node', 'routes'],
  store: ['hono', 'html', 'sql', 'node', 'routes'],
  sql: ['hono', 'html', 'routes', 'page'],
  node: ['hono', 'sql'],
  routes: ['sql'],
  page: ['store', 'sql', 'routes'],
  resource: ['hono', 'sql'],
}

/** Below the layered levels: which outside world each slice may touch, whatever the file is called. */
export const FORBIDDEN_BELOW: Readonly<Record<string, readonly Kind[]>> = {
  kernel: ['hono', 'html', 'sql', 'routes', 'page'],
  config: ['hono', 'html', 'sql'],
  db: ['hono', 'html'],
  html: ['sql', 'store'],
  http: ['sql'],
  audit: ['hono', 'html', 'sql', 'node'],
  outbound: ['hono', 'html', 'sql', 'node'],
  resources: ['html', 'sql', 'node'],
}

export const MAX_LINES = 300

/** What makes codes, tokens and sessions: each may be called in few files, which ask by what right. */
export const ISSUES: readonly { readonly calls: RegExp; readonly only: readonly string[] }[] = [
  {
    calls: /\.(redeemCodeStep|addTokensStep|useRefreshStep|replaceSuccessorStep|supersedeStep)\(/,
    only: ['src/oauth/token/issue-tokens.ts'],
  },
  { calls: /\.addCodeStep\(/, only: ['src/oauth/authorize/issue-answer.ts'] },
  {
    calls: /\bmakeIdToken\(/,
    only: ['src/oauth/token/issue-tokens.ts', 'src/oauth/authorize/issue-answer.ts'],
  },
  { calls: /\.openStep\(/, only: ['src/sign-in/complete-sign-in.ts'] },
  { calls: /\[finished\]: true,/, only: ['src/sign-in/sign-in-step.ts'] },
  { calls: /\[verified\]: true,/, only: ['src/oauth/introspector/verify-subject-token.ts'] },
  { calls: /\bas (unknown as )?(FinishedSignIn|VerifiedSubject|StoredCode|StoredRefresh)\b/, only: [] },
]
/** Rows of tokens and sessions. */
export const INSERTS_SESSIONS = /\binsertInto\(\s*['"`]session['"`]/
export const MAY_INSERT_SESSIONS: readonly string[] = [
  'src/oauth/token/token.sql.ts',
  'src/sessions/session.sql.ts',
]

/** Process start and composition root: the only files outside every slice, and the only ones that know all. */
export function isCompositionRoot(path: string): boolean {
  return /^src\/(main|app(-[a-z-]+)?)\.ts$/.test(path)
}

export const READS_ENVIRONMENT = /\bprocess\.env\b/
export const READS_CLOCK_OR_RANDOMNESS =
  /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\bperformance\.now\(|\b(randomUUID|getRandomValues|randomBytes|randomInt)\(/
/** Rolldown (ADR 18) takes such a statement away, since it does not know that the call may throw. */
export const CALLS_ONLY_TO_THROW = /(?<![=>(?:,&|+]\s*)^\s*(?:void )?(?:de|en)codeURI(?:Component)?\(/m
/** Of Hono's context; `c.req.header` reads. */
export const SETS_HEADERS_OF_HONO = /\bc\.header\(/
export const UNNUMBERED_TODO = /(?:\/\/|\/?\*|<!--).*\b(?:[T]ODO|[F]IXME|[X]XX)\b(?!\(#\d+\))/
export const MACHINE_PATH = /(?<![\w.:/-])\/(?:home|Users|root|tmp)\/\w/
