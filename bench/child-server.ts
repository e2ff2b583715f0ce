import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { openConnection } from './connection.ts'

const START_TIMEOUT_MS = 30_000
const POLL_MS = 4

/** Where `npm start` keeps compiled code. It and malloc's arenas are as `npm start` sets them, for both sides. */
const COMPILE_CACHE = new URL('../node_modules/.cache/countersign', import.meta.url).pathname

/** A server in a process of its own, started by this Node. */
export interface ChildServer {
  readonly origin: string
  /** From the start of the process to the first 200 of `/health`. */
  readonly startMs: number
  /** Resident memory of the process in MiB. */
  residentMemory(): number
  /** The most it ever was, in MiB; `undefined` where the system does not tell. */
  peakMemory(): number | undefined
  stop(): Promise<void>
}

export interface StartOptions {
  readonly script: string
  readonly words?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its output goes. */
  readonly log: string
  readonly port: number
}

/** @throws {Error} with the end of its output — when it ends or does not answer within 30 s */
export const startChildServer = async (options: StartOptions): Promise<ChildServer> => {
  const { script, words = [], env = {}, log, port } = options
  const output = openSync(log, 'a')
  const startedAt = performance.now()
  const child = spawn(process.execPath, [script, ...words], {
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      MALLOC_ARENA_MAX: '1',
      PORT: String(port),
      ...env,
    },
  })
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', kill)
  const origin = `http://127.0.0.1:${port}`
  await waitForHealth(
    child,
    origin,
    () => `${script} does not start:\n${readFileSync(log, 'utf8').slice(-2000)}`,
  )
  return {
    origin,
    startMs: performance.now() - startedAt,
    residentMemory: () => memoryOf(child, 'VmRSS') ?? Number.NaN,
    peakMemory: () => memoryOf(child, 'VmHWM'),
    stop: async () => {
      process.off('exit', kill)
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const waitForHealth = async (child: ChildProcess, origin: string, complaint: () => string): Promise<void> => {
  const end = performance.now() + START_TIMEOUT_MS
  while (performance.now() < end && child.exitCode === null) {
    const connection = openConnection(origin)
    const status = await connection.send({ path: '/health' }).then(
      (answer) => answer.status,
      () => 0,
    )
    await connection.close()
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  child.kill('SIGKILL')
  throw new Error(complaint())
}

/** As Linux counts it; there is no portable way to see the peak. */
const memoryOf = (child: ChildProcess, field: 'VmRSS' | 'VmHWM'): number | undefined => {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  } catch {
    return undefined
  }
}

/** A loopback port that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
