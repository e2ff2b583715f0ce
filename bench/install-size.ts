import { execFile } from 'node:child_process'
import { lstatSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'

const MEBIBYTE = 1024 * 1024

export interface InstallSize {
  readonly packages: number
  /** MiB of everything `npm ci --omit=dev` installs. */
  readonly all: number
  /** The same without the packages that bring Node itself. */
  readonly withoutNode: number
}

/** Adds up what is on disk of the packages that production needs. */
export const measureInstallSize = async (): Promise<InstallSize> => {
  const root = new URL('..', import.meta.url).pathname
  const words = ['ls', '--omit=dev', '--all', '--parseable']
  // NOTE: npm complains by its exit code of what is extraneous, and lists all the same.
  const { stdout } = await promisify(execFile)('npm', words, { cwd: root }).catch(
    (error: { readonly stdout: string }) => error,
  )
  const paths = [...new Set(stdout.split('\n').filter((path) => path.includes(`node_modules${sep}`)))]
  const tops = paths.filter((path) => !paths.some((other) => path.startsWith(other + sep)))
  const isNode = (path: string): boolean =>
    /node_modules\/(node|node-bin-[\w-]+|node-(linux|darwin|win)[\w-]*)$/.test(path)
  const sizes = tops.map((path) => ({ isNode: isNode(path), bytes: sizeOf(path) }))
  const sum = (list: typeof sizes): number => list.reduce((total, { bytes }) => total + bytes, 0) / MEBIBYTE
  return { packages: paths.length, all: sum(sizes), withoutNode: sum(sizes.filter((one) => !one.isNode)) }
}

const sizeOf = (path: string): number => {
  const entry = lstatSync(path)
  if (!entry.isDirectory()) return entry.size
  return readdirSync(path).reduce((total, name) => total + sizeOf(join(path, name)), 0)
}
