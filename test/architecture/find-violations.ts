import type { Kind, Layer } from './rules.ts'
import {
  CALLS_ONLY_TO_THROW,
  FIRST_LAYERED_LEVEL,
  FORBIDDEN_BELOW,
  FORBIDDEN_TO,
  INSERTS_SESSIONS,
  ISSUES,
  isCompositionRoot,
  KINDS,
  MACHINE_PATH,
  MAX_LINES,
  MAY_INSERT_SESSIONS,
  READS_CLOCK_OR_RANDOMNESS,
  READS_ENVIRONMENT,
  SETS_HEADERS_OF_HONO,
  SLICE_LEVELS,
  UNNUMBERED_TODO,
} from './rules.ts'
import type { SourceFile } from './source-file.ts'
import { parseSourceFile } from './source-file.ts'

export interface Violation {
  readonly rule: string
  readonly path: string
  readonly detail: string
}

type Rule = (file: SourceFile) => readonly string[]

/** Checks a tree of files (path from the root, with forward slashes → source) against every rule. */
export function findViolations(tree: ReadonlyMap<string, string>): readonly Violation[] {
  const files = [...tree].map(([path, source]) => parseSourceFile(path, source))
  const perFile = files.flatMap((file) =>
    Object.entries(RULES).flatMap(([rule, check]) =>
      check(file).map((detail) => ({ rule, path: file.path, detail })),
    ),
  )
  return [...perFile, ...findCycles(files)]
}

const RULES: Readonly<Record<string, Rule>> = {
  'every file belongs to a slice': (file) => {
    if (!file.path.startsWith('src/') || isCompositionRoot(file.path)) return []
    return levelOf(file.path) === undefined ? ['not in a known slice: name it in rules.ts'] : []
  },
  'slices import only downwards': (file) => {
    const level = levelOf(file.path)
    if (level === undefined || file.isTest) return []
    return targetsOf(file)
      .filter((target) => isOurs(target) && !((levelOf(target) ?? Infinity) <= level))
      .map((target) => `imports ${target}, which is above it`)
  },
  'slices on one level do not know each other': (file) => {
    if (file.isTest) return []
    return targetsOf(file)
      .filter((target) => levelOf(file.path) !== undefined && levelOf(file.path) === levelOf(target))
      .filter((target) => sliceOf(file.path) !== sliceOf(target))
      .map((target) => `imports ${target}, which is beside it: let app.ts hand it over`)
  },
  'a suffix keeps its layer': (file) => {
    const slice = sliceOf(file.path)
    if (slice === undefined || file.isTest || !file.path.endsWith('.ts')) return []
    const layer = layerOf(file.path)
    const isLayered = (levelOf(file.path) ?? 0) >= FIRST_LAYERED_LEVEL
    if (layer === undefined) return isLayered ? ['has a suffix that names no layer'] : []
    const forbidden = isLayered || layer !== 'rule' ? FORBIDDEN_TO[layer] : (FORBIDDEN_BELOW[slice] ?? [])
    return [
      ...targetsOf(file).flatMap((target) => offences(target, forbidden, layer)),
      ...(isLayered && layer === 'rule' && /\bprocess\./.test(file.code)
        ? ['is a rule and uses process']
        : []),
      ...(layer === 'store' && file.imports.some(({ isTypeOnly }) => !isTypeOnly)
        ? ['is a port and imports more than types']
        : []),
    ]
  },
  'only the composition root imports SQL adapters': (file) => {
    if (!file.path.startsWith('src/') || isCompositionRoot(file.path) || file.isTest) return []
    // NOTE: the adapters of one slice may share their SQL, not borrow that of another slice.
    const isOwnSql = (target: string) =>
      file.path.endsWith('.sql.ts') && sliceOf(target) === sliceOf(file.path)
    return targetsOf(file)
      .filter((target) => target.endsWith('.sql.ts') && !isOwnSql(target))
      .map((target) => `imports ${target}`)
  },
  'no file is over 300 lines': ({ source }) => {
    const lines = source.trimEnd().split('\n').length
    return lines > MAX_LINES ? [`has ${lines} lines`] : []
  },
  'no barrel files': ({ path, code }) => {
    const statements = code
      .replace(/^\s*export\b[^'";]*\bfrom\s*['"][^'"]+['"];?/gm, '')
      .replace(/^\s*import\b[^'";]*\bfrom\s*['"][^'"]+['"];?/gm, '')
      .trim()
    const isReExport = /\bexport\b[^'";]*\bfrom\b/.test(code) && statements === ''
    return isReExport || /\/index\.ts$/.test(path) ? ['only passes on what other files export'] : []
  },
  'no default exports': ({ code }) =>
    /^\s*export\s*(?:default\b|\{[^}]*\bas\s+default\b)/m.test(code) ? ['has a default export'] : [],
  'only config and main read the environment': (file) => {
    if (!file.path.startsWith('src/') || file.isTest || file.path === 'src/main.ts') return []
    return sliceOf(file.path) !== 'config' && READS_ENVIRONMENT.test(file.code) ? ['reads process.env'] : []
  },
  'only the kernel reads clock and randomness': (file) => {
    if (!file.path.startsWith('src/') || file.isTest || sliceOf(file.path) === 'kernel') return []
    const found = READS_CLOCK_OR_RANDOMNESS.exec(file.code)
    return found === null ? [] : [`calls ${found[0]}…: take a Clock or a Random`]
  },
  // NOTE: an answer is made without them (src/http/answer-headers.ts), so they would be lost.
  'headers are set by putHeader and addCookie': (file) =>
    file.path.startsWith('src/') && !file.isTest && SETS_HEADERS_OF_HONO.test(file.code)
      ? ['calls c.header']
      : [],
  'one place issues': (file) => {
    if (!file.path.startsWith('src/') || file.isTest) return []
    const foreign = ISSUES.filter(({ calls, only }) => !only.includes(file.path) && calls.test(file.code))
    const inserts = INSERTS_SESSIONS.test(file.code) && !MAY_INSERT_SESSIONS.includes(file.path)
    return [
      ...foreign.map(({ only }) => `does what only ${only.join(', ') || 'nobody'} may`),
      ...(inserts ? ['inserts into session'] : []),
    ]
  },
  'what runs is what one reads': (file) =>
    file.path.startsWith('src/') && CALLS_ONLY_TO_THROW.test(file.code)
      ? ['calls for the error alone what the bundler takes away']
      : [],
  'a TODO names its issue': ({ source }) =>
    UNNUMBERED_TODO.test(source) ? ['has one without (#number)'] : [],
  'no path of one machine': ({ source }) => {
    const found = MACHINE_PATH.exec(source)
    return found === null ? [] : [`names ${found[0]}…`]
  },
}

function targetsOf(file: SourceFile): readonly string[] {
  return file.imports.map(({ target }) => target)
}

function isOurs(target: string): boolean {
  return /^(src|test|bench|scripts)\//.test(target)
}

function sliceOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function levelOf(path: string): number | undefined {
  const slice = sliceOf(path)
  const level = SLICE_LEVELS.findIndex((slices) => slice !== undefined && slices.includes(slice))
  return level === -1 ? undefined : level
}

function layerOf(path: string): Layer | undefined {
  const [, suffix] = /\.([^./]+)\.ts$/.exec(path) ?? []
  if (suffix === undefined) return 'rule'
  return suffix in FORBIDDEN_TO && suffix !== 'rule' ? (suffix as Layer) : undefined
}

function offences(target: string, forbidden: readonly Kind[], layer: Layer): readonly string[] {
  return forbidden
    .filter((kind) => KINDS[kind](target))
    .map((kind) => `is a ${layer} file and imports ${target} (${kind})`)
}

/** Depth first over every import, types included; reports each cycle at the file that closes it. */
function findCycles(files: readonly SourceFile[]): readonly Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const found: Violation[] = []
  const visit = (file: SourceFile, trail: readonly string[]): void => {
    if (trail.includes(file.path)) {
      const cycle = [...trail.slice(trail.indexOf(file.path)), file.path]
      found.push({ rule: 'no cycles', path: file.path, detail: cycle.join(' → ') })
      return
    }
    if (finished.has(file.path)) return
    for (const target of targetsOf(file)) {
      const next = byPath.get(target)
      if (next !== undefined) visit(next, [...trail, file.path])
    }
    finished.add(file.path)
  }
  for (const file of files) visit(file, [])
  return found
}
