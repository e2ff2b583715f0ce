import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 5

/** NOTE: a process that starts in a second takes half a minute where everybody else wants the processor too. */
const PATIENCE_MS = 120_000

/** Waits until something outside this process is so; for processes and servers, never for our own timers. */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so after ${patienceMs} ms`)
    await wait(POLL_MS)
  }
}
