import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 5

/** Waits until something outside this process is so; for processes and servers, never for our own timers. */
export async function eventually(isSo: () => boolean | Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so after ${patienceMs} ms`)
    await wait(POLL_MS)
  }
}
