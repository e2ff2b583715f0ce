#!/usr/bin/env node
// Runs its arguments with the Node that this project depends on (the npm package `node`).
// NOTE: plain JavaScript for Node 18, because the host's own Node runs this file and nothing else of ours.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node

function isWanted(node) {
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 && Number.parseInt(answer.stdout.slice(1), 10) >= Number.parseInt(wanted, 10)
}

function findNode() {
  const installed = join(
    root,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (existsSync(installed) && isWanted(installed)) return installed
  return isWanted(process.execPath) ? process.execPath : undefined
}

const node = findNode()
if (node === undefined) {
  const missing = existsSync(join(root, 'node_modules', 'node'))
    ? `The package "node" is installed, but npm was not allowed to run its install script, which puts Node ${wanted} in place.
In ${root} run:

  npm rebuild node --ignore-scripts=false --foreground-scripts`
    : `The dependencies are not installed. In ${root} run:

  npm ci`
  console.error(`Countersign needs Node ${wanted}; this is Node ${process.version.slice(1)}.\n${missing}\n`)
  process.exit(1)
}

const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, PATH: path } })
// NOTE: a terminal sends Ctrl-C to both processes, a supervisor only to this one; the child decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
