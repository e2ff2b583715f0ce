#!/usr/bin/env node
// Runs its arguments with the Node that this project depends on (the npm package `node`).
// NOTE: plain JavaScript for Node 18, because the host's own Node runs this file and nothing else of ours. The npm
// scripts call it by $npm_node_execpath: in them plain `node` is already the package's, which may not run yet.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const wanted = dependencies.node

const installed = join(root, 'node_modules', 'node', 'bin', 'node')
const node = [installed, process.execPath].find(isWanted)
if (node === undefined) {
  console.error(
    `Countersign needs Node ${wanted}; this is Node ${process.version.slice(1)}.\n${whatToDo()}\n`,
  )
  process.exit(1)
}

function isWanted(candidate) {
  const answer = spawnSync(candidate, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 && Number.parseInt(answer.stdout.slice(1), 10) >= Number.parseInt(wanted, 10)
}

function whatToDo() {
  if (!existsSync(join(root, 'node_modules', 'node'))) {
    return `The dependencies are not installed. In ${root} run:\n\n  npm ci`
  }
  if (!existsSync(installed)) {
    return `The package "node" is installed, but npm was not allowed to run its install script, which puts Node ${wanted} in place.
In ${root} run:\n\n  npm rebuild node --ignore-scripts=false --foreground-scripts`
  }
  const { stderr, error } = spawnSync(installed, ['--version'], { encoding: 'utf8' })
  const advice = /libatomic/.test(stderr ?? '')
    ? 'Install that library; on Debian, as root:\n\n  apt-get update && apt-get install -y libatomic1'
    : `Install Node ${wanted} on this host by other means; it is then used instead.`
  return `The one in ${installed} does not run here:\n\n  ${(stderr || String(error)).trim()}\n\n${advice}`
}

const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
const env = {
  // NOTE: what was compiled once is kept: the next start takes half the time and less memory.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'countersign'),
  // NOTE: glibc's malloc gives each thread a heap of its own, which hardly ever shrinks. One is as fast, and 4 MB less.
  MALLOC_ARENA_MAX: '1',
  ...process.env,
  PATH: path,
}
// NOTE: what `npm start` runs; sources take 20 MB more memory and twice the time to start (docs/adr/0018).
const [script, ...words] = process.argv.slice(2)
const built = join(root, 'dist', 'server', 'main.js')
const isServer = script !== undefined && resolve(script) === join(root, 'src', 'main.ts')
const program = isServer && existsSync(built) ? [built, ...words] : process.argv.slice(2)

const child = spawn(node, program, { stdio: 'inherit', env })
// A supervisor signals only this process, so the child is told; the child decides when to end.
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  // NOTE: Ctrl-C at a terminal reaches the child directly; a second SIGINT would look like impatience.
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal))
}
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
