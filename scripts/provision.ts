// Finds the programs that the tests need, or installs them: as root on Debian and its relatives, by apt-get.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import {
  findApache,
  findApacheModules,
  findChromium,
  findLightChromium,
  findOnPath,
  findPostgresFolder,
} from '../test/support/tools.ts'

interface Tool {
  readonly name: string
  readonly debianPackage: string
  readonly find: () => string | undefined
  /** What does as well, more slowly: then nobody is told to install the tool, and a failed installation fails nothing. */
  readonly findSlower?: () => string | undefined
}

const TOOLS: readonly Tool[] = [
  {
    name: 'Chromium (headless shell)',
    debianPackage: 'chromium-headless-shell',
    find: findLightChromium,
    findSlower: findChromium,
  },
  { name: 'PostgreSQL server (15 or newer)', debianPackage: 'postgresql', find: findPostgresFolder },
  { name: 'oathtool', debianPackage: 'oathtool', find: () => findOnPath('oathtool') },
  { name: 'zbarimg', debianPackage: 'zbar-tools', find: () => findOnPath('zbarimg') },
  { name: 'strace', debianPackage: 'strace', find: () => findOnPath('strace') },
  { name: 'curl', debianPackage: 'curl', find: () => findOnPath('curl') },
  { name: 'openssl', debianPackage: 'openssl', find: () => findOnPath('openssl') },
  { name: 'certutil', debianPackage: 'libnss3-tools', find: () => findOnPath('certutil') },
  // NOTE: the program without the service: nothing of it listens on the machine before or after the tests.
  { name: 'Apache', debianPackage: 'apache2-bin', find: findApache },
  { name: 'mod_auth_openidc', debianPackage: 'libapache2-mod-auth-openidc', find: findApacheModules },
]

const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'

announce(TOOLS.filter(isFound))
const missing = TOOLS.filter((tool) => !isFound(tool))
if (missing.length > 0) {
  if (mayInstall()) install(missing)
  announce(missing.filter(isFound))
  const stillMissing = missing.filter((tool) => !isFound(tool))
  for (const tool of stillMissing)
    if (hasSlower(tool)) console.log(`provision: no ${tool.name}, slower without: ${tool.findSlower?.()}`)
  const needed = stillMissing.filter((tool) => !hasSlower(tool))
  if (needed.length > 0) giveUp(needed)
}

function isFound(tool: Tool): boolean {
  return tool.find() !== undefined
}

function hasSlower(tool: Tool): boolean {
  return tool.findSlower?.() !== undefined
}

function announce(found: readonly Tool[]): void {
  for (const tool of found) console.log(`provision: ${tool.name}: ${tool.find()}`)
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined
}

function install(tools: readonly Tool[]): void {
  if (tools.some((tool) => tool.debianPackage === 'postgresql')) keepSystemClusterAway()
  aptGet(['update', '-qq'])
  // NOTE: one package that the system does not know would keep all of a call away.
  const calls = [tools.filter((tool) => !hasSlower(tool)), ...tools.filter(hasSlower).map((tool) => [tool])]
  for (const call of calls.filter(({ length }) => length > 0))
    aptGet([
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      '-o',
      'Dpkg::Options::=--force-confold',
      ...call.map((tool) => tool.debianPackage),
    ])
}

/**
 * NOTE: Debian's PostgreSQL package makes and starts a cluster of its own. The tests never use it, and a machine
 * that had no database before the tests should have none afterwards.
 */
function keepSystemClusterAway(): void {
  if (existsSync(CLUSTER_SETTINGS)) return
  mkdirSync('/etc/postgresql-common', { recursive: true })
  writeFileSync(CLUSTER_SETTINGS, 'create_main_cluster = false\n')
}

function aptGet(words: readonly string[]): void {
  console.log(`provision: apt-get ${words.join(' ')}`)
  // NOTE: a package's questions must not wait for an answer, and its chatter belongs to the log, not to our stdout.
  const { status } = spawnSync('apt-get', words, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) console.log(`provision: apt-get ${words[0]} failed with exit code ${status}`)
}

function giveUp(tools: readonly Tool[]): never {
  const names = tools.map((tool) => tool.name).join(', ')
  const packages = tools.map((tool) => tool.debianPackage).join(' ')
  console.error(`
The tests need ${names}, not found on this machine.
On Debian, as root:  apt-get update && apt-get install -y --no-install-recommends ${packages}
Elsewhere install them by your system's own means and put them on PATH; CHROME_PATH may name the browser.
`)
  process.exit(1)
}
