import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgresFolder, mustBeFound } from './tools.ts'

const run = promisify(execFile)

/** A PostgreSQL server of the tests' own, in a temporary folder, on a free loopback port; fsync is on. */
export interface PostgresCluster {
  /** The maintenance database, as superuser. */
  readonly url: string
  /** Starts the server again after `stop`, on the same port and data. */
  readonly start: () => Promise<void>
  /** `immediate` is a crash: the next start recovers from the log. */
  readonly stop: (mode: 'fast' | 'immediate') => Promise<void>
  /** Halts every process of the server where it is: connections stay open and nothing answers. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Stops the server and deletes its data. Also happens when this process exits. Idempotent. */
  readonly destroy: () => void
}

interface ClusterUser {
  readonly uid?: number
  readonly gid?: number
}

export async function startPostgresCluster(): Promise<PostgresCluster> {
  const bin = mustBeFound(findPostgresFolder(), 'PostgreSQL 15')
  const user = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  const data = join(folder, 'data')
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const options = { ...user, cwd: folder, env: { LC_ALL: 'C.UTF-8', PATH: process.env.PATH } }

  writeFileSync(join(folder, 'password'), password)
  chmodSync(folder, 0o700)
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [folder, join(folder, 'password')]) chownSync(path, user.uid, user.gid)
  }

  const settings = [
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`,
    '-c max_connections=200 -c shared_buffers=64MB -c fsync=on -c synchronous_commit=on',
  ].join(' ')
  const control = (words: readonly string[]) =>
    run(join(bin, 'pg_ctl'), ['-D', data, '-w', ...words], options)
  const start = async () => {
    await control(['start', '-t', '60', '-l', join(folder, 'log'), '-o', settings])
  }
  const stop = async (mode: 'fast' | 'immediate') => {
    thaw()
    await control(['stop', '-m', mode])
  }
  const freeze = () => signalAll(data, 'SIGSTOP')
  const thaw = () => signalAll(data, 'SIGCONT')
  let isDestroyed = false
  const destroy = () => {
    if (isDestroyed) return
    isDestroyed = true
    process.off('exit', destroy)
    thaw()
    if (postmasterPid(data) !== undefined) {
      const words = ['-D', data, '-w', 'stop', '-m', 'immediate']
      execFileSync(join(bin, 'pg_ctl'), words, { ...options, stdio: 'ignore' })
    }
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', destroy)

  const initdb = ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--no-sync', '--auth=scram-sha-256']
  await run(join(bin, 'initdb'), [...initdb, `--pwfile=${join(folder, 'password')}`], options)
  await start()
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    start,
    stop,
    freeze,
    thaw,
    destroy,
  }
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where there is no such user. */
function unprivilegedUser(): ClusterUser {
  if (process.getuid?.() !== 0) return {}
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((fields) => fields[0] === name))
    .find(Boolean)
  if (account === undefined)
    throw new Error('PostgreSQL may not run as root, and there is no user postgres or nobody')
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function postmasterPid(data: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10)
  } catch {
    return undefined
  }
}

/** The postmaster first, so that it starts nobody new while its children are signalled (reads Linux's /proc). */
function signalAll(data: string, signal: NodeJS.Signals): void {
  const postmaster = postmasterPid(data)
  if (postmaster === undefined) return
  signalIfAlive(postmaster, signal)
  let children = ''
  try {
    children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  } catch {
    // The server is gone, or this is not Linux.
  }
  for (const child of children.trim().split(/\s+/)) if (child !== '') signalIfAlive(Number(child), signal)
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself.
  }
}
