// Finds the programs that the tests use as independent judges: a browser, a database, a code generator, a QR reader.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const OLDEST_POSTGRES = 15
/** NOTE: Chromium without its own windows, as Debian packages it: a page takes a quarter of the work. */
const HEADLESS_SHELL = 'chromium-headless-shell'
const CHROMIUM_NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome']
const CHROMIUM_ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

export function findOnPath(name: string): string | undefined {
  return searchPath()
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** The browser named by CHROME_PATH, or the one that draws no window around its pages. */
export function findLightChromium(): string | undefined {
  const named = process.env.CHROME_PATH
  return named === undefined || named === '' ? findOnPath(HEADLESS_SHELL) : named
}

/** As {@link findLightChromium}, or else the first Chromium or Chrome that answers `--version`. */
export function findChromium(): string | undefined {
  const light = findLightChromium()
  if (light !== undefined) return light
  const found = [...CHROMIUM_NAMES.map(findOnPath), CHROMIUM_ON_MACOS]
  // NOTE: some distributions put a script in place of Chromium that only says how to install it.
  return found.find((path) => path !== undefined && isExecutable(path) && versionOf(path) !== undefined)
}

/** NOTE: Debian keeps it off the path of people who are not root. */
export function findApache(): string | undefined {
  return [...['apache2', 'httpd'].map(findOnPath), '/usr/sbin/apache2'].find(
    (path) => path !== undefined && isExecutable(path),
  )
}

/** The folder of Apache's modules, mod_auth_openidc among them. */
export function findApacheModules(): string | undefined {
  const folders = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules']
  return folders.find((folder) => existsSync(join(folder, 'mod_auth_openidc.so')))
}

/** The folder that holds `initdb`, `pg_ctl` and `postgres` of the newest installed PostgreSQL of at least 15. */
export function findPostgresFolder(): string | undefined {
  const versioned = ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt']
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((child) => join(parent, child, 'bin')))
  return [...versioned, ...searchPath()]
    .filter((folder) => ['initdb', 'pg_ctl', 'postgres'].every((name) => isExecutable(join(folder, name))))
    .map((folder) => ({ folder, major: Number.parseInt(versionOf(join(folder, 'postgres')) ?? '', 10) }))
    .filter(({ major }) => major >= OLDEST_POSTGRES)
    .sort((one, other) => other.major - one.major)[0]?.folder
}

/** @throws {Error} saying that `npm test` provides it — when `path` is undefined. */
export function mustBeFound(path: string | undefined, name: string): string {
  if (path === undefined) throw new Error(`${name} is not installed: \`npm test\` installs it or says how.`)
  return path
}

function searchPath(): readonly string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function versionOf(program: string): string | undefined {
  try {
    const answer = execFileSync(program, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return /\d[\d.]*/.exec(answer)?.[0]
  } catch {
    return undefined
  }
}
