import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = new URL('../../', import.meta.url)

/** What is made of sources, in a folder of its own. */
export interface Made {
  /** What people call it. */
  readonly name: string
  readonly folder: URL
  /** Globs, from the root of the project. */
  readonly sources: readonly string[]
  /** The package that makes it, a development dependency. */
  readonly tool: string
  /** Writes its files into an empty folder beside its own. */
  make(unfinished: string): Promise<void>
  /** Settles what a start does where it is missing or old and cannot be made. Answers what to tell. @throws {Error} */
  doWithout(): string | undefined
}

/** Makes it, or, with `ifNeeded`, only where it was not made of the sources that are there now. @throws {Error} without its tool */
export const build = async (made: Made, ifNeeded: boolean): Promise<void> => {
  const sources = fingerprint(made.sources)
  const stamp = stampOf(made)
  if (ifNeeded && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  try {
    await make(made)
    writeFileSync(stamp, sources)
  } catch (error) {
    if (!(ifNeeded && isOfThePlace(error))) throw error
    const advice = made.doWithout()
    if (advice !== undefined) console.log(advice)
  }
}

const make = async (made: Made): Promise<void> => {
  if (!existsSync(new URL(`node_modules/${made.tool}/package.json`, ROOT)))
    throw new ToolMissing(
      `the ${made.name} is built with ${made.tool}, a development dependency: run npm ci without --omit=dev`,
    )
  console.log(`Building the ${made.name} …`)
  const folder = resolve(fileURLToPath(made.folder))
  mkdirSync(folder, { recursive: true })
  const unfinished = mkdtempSync(`${folder}-`)
  try {
    await made.make(unfinished)
    rmSync(stampOf(made), { force: true })
    replaceFiles(folder, unfinished)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** NOTE: file by file, since there is no moment without them: others may be building, starting or serving them now. */
const replaceFiles = (folder: string, unfinished: string): void => {
  const made = filesOf(unfinished)
  for (const file of made) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    renameSync(join(unfinished, file), join(folder, file))
  }
  for (const file of filesOf(folder)) if (!made.includes(file)) rmSync(join(folder, file), { force: true })
}

/** Those in folders of its own first: what is in the folder itself leads to them. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .toSorted((one, other) => other.split(sep).length - one.split(sep).length)

class ToolMissing extends Error {}

/** An installation without development dependencies, or one that whoever starts the server may not write to. */
const isOfThePlace = (error: unknown): boolean =>
  error instanceof ToolMissing ||
  (error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code)))

export const isMade = (made: Made): boolean => existsSync(stampOf(made))

const stampOf = ({ folder }: Made): URL => new URL('.built-from', folder)

const fingerprint = (sources: readonly string[]): string => {
  const hash = createHash('sha256')
  const cwd = fileURLToPath(ROOT)
  for (const file of sources.flatMap((pattern) => globSync(pattern, { cwd })).toSorted())
    hash.update(`${file}\n`).update(readFileSync(resolve(cwd, file)))
  return hash.digest('hex')
}
