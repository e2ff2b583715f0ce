import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives back to the system what only the start needed: garbage, and the room V8 made for it. The process stands still
 * for some 30 ms, so call it once, when the server is open and nobody can be waiting for long. Does nothing where V8
 * does not let us.
 */
export const releaseStartMemory = (): void => {
  // NOTE: V8 collects when it needs room, and an idle server needs none: it would keep 25 MB for good.
  setFlagsFromString('--expose-gc')
  const collect: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc')
  setFlagsFromString('--no-expose-gc')
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
