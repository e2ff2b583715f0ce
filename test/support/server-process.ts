import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { build } from '../../scripts/build/made.ts'
import { SERVER } from '../../scripts/build/server.ts'
import { portWithoutListener } from './servers.ts'

const MAIN = new URL('main.js', SERVER.folder).pathname

export const ROOT_SECRET = 'root-secret-of-the-tests'
export const ADMIN_PASSWORD = 'admin-password-of-the-tests'
export const ROOT_AUTHORIZATION = `Basic ${Buffer.from(`root:${ROOT_SECRET}`).toString('base64')}`

export interface ServerProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Everything it printed so far, on both streams. */
  output(): string
  /** Resident memory in MB, from the kernel. */
  residentMegabytes(): number
  /** Sends a signal; does not wait. */
  signal(name: NodeJS.Signals): void
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number | null>
  /** Resolves when it says that it listens. @throws {Error} with its output, when it ends instead */
  readonly listening: Promise<void>
}

/** Starts the real process, as `npm start` does, on a free port and an empty data directory; killed after the test file. */
export async function startServerProcess(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await spawnServerProcess(env)
  await server.listening
  return server
}

/** As {@link startServerProcess}, without waiting until it listens. `under` runs it: a program that becomes it, and its words. */
export async function spawnServerProcess(
  env: Readonly<Record<string, string>> = {},
  under: readonly string[] = [],
): Promise<ServerProcess> {
  await build(SERVER, true)
  const directory = mkdtempSync(join(tmpdir(), 'countersign-process-'))
  const port = await portWithoutListener()
  const [program = '', ...words] = [...under, process.execPath, MAIN]
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      // NOTE: set by the launcher of all npm scripts; with it a start takes half the time.
      ...(process.env.NODE_COMPILE_CACHE === undefined
        ? {}
        : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      PORT: String(port),
      COUNTERSIGN_DATA_DIR: directory,
      COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
      COUNTERSIGN_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...env,
    },
  })
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  endings.push(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(directory, { recursive: true, force: true })
  })
  let output = ''
  const listening = new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
      if (output.includes(`:${port}). Stop it`)) resolve()
    }
    streamsOf(child).forEach((stream) => {
      stream.on('data', collect)
    })
    void exited.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  listening.catch(() => {})
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    output: () => output,
    residentMegabytes: () => residentMegabytes(child.pid ?? 0),
    signal: (name) => {
      child.kill(name)
    },
    exited,
    listening,
  }
}

const endings: (() => Promise<void>)[] = []
after(() => Promise.all(endings.map((end) => end())))

function streamsOf(child: ChildProcess) {
  return [child.stdout, child.stderr].filter((stream) => stream !== null)
}

function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}
