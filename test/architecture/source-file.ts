import { posix } from 'node:path'

export interface Import {
  /** The path in the tree for a relative import, the specifier itself for a package. */
  readonly target: string
  readonly isTypeOnly: boolean
}

export interface SourceFile {
  readonly path: string
  readonly source: string
  /** The source without comments. */
  readonly code: string
  readonly imports: readonly Import[]
  readonly isTest: boolean
}

const STRING_OR_COMMENT =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g
const STATIC_IMPORT = /^[ \t]*(?:import|export)\b(\s+type\b)?(?:[^'";`]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g
const WORKER_OR_ASSET = /\bnew URL\(\s*['"](\.[^'"\n]+\.ts)['"],\s*import\.meta\.url/g

export function parseSourceFile(path: string, source: string): SourceFile {
  const code = source.replace(STRING_OR_COMMENT, (part) => (part.startsWith('/') ? '' : part))
  const imports = [
    ...[...code.matchAll(STATIC_IMPORT)].map((found) => toImport(path, found[2], found[1] !== undefined)),
    ...[...code.matchAll(DYNAMIC_IMPORT)].map((found) => toImport(path, found[1], false)),
    ...[...code.matchAll(WORKER_OR_ASSET)].map((found) => toImport(path, found[1], false)),
  ]
  return { path, source, code, imports, isTest: path.endsWith('.test.ts') }
}

function toImport(from: string, specifier = '', isTypeOnly: boolean): Import {
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier
  return { target, isTypeOnly }
}
