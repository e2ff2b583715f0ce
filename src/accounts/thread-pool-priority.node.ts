import { readdir, readFile } from 'node:fs/promises'
import { constants, getPriority, setPriority } from 'node:os'

/** A tenth of the weight of the thread that serves requests: it is served first, and hashes still go on. */
const NICER_BY = 10

/**
 * Lets the threads that hash stand behind the one that serves requests. Needs Linux; elsewhere nothing changes.
 * NOTE: with a hash on every core, each request would wait for its turn on one, and a burst of sign-ins slow everybody.
 */
export const lowerThreadPoolPriority = async (): Promise<void> => {
  try {
    const niceness = Math.min(getPriority() + NICER_BY, constants.priority.PRIORITY_LOW)
    for (const thread of await readdir('/proc/self/task'))
      if ((await readFile(`/proc/self/task/${thread}/comm`, 'utf8')).startsWith('libuv-worker'))
        setPriority(Number(thread), niceness)
  } catch {
    // NOTE: not Linux, or not allowed to; hashes then compete with requests.
  }
}
