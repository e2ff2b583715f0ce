import { write } from 'node:fs'

export interface LogOutput {
  write(lines: string): void
  /** Resolves when everything was written or is lost, within a second. */
  flush(): Promise<void>
}

/** What may wait while nobody takes it; what comes on top is lost. */
const MOST_WAITING_CHARACTERS = 1_000_000
const TRY_AGAIN_MS = 50
/** A line is written at once, what follows it so soon together: each write wakes a thread, which costs more than the line. */
const GATHER_MS = 10
const FLUSH_PATIENCE_MS = 1000

/**
 * Writes to a file descriptor in the background, in order, everything that came meanwhile at a time. A full disk, and a
 * reader that stands still or went away, cost lines: never memory, nor the process, nor its end.
 */
export const openLogOutput = (fd: number): LogOutput => {
  let waiting = ''
  let isWriting = false
  let whenDone: (() => void) | undefined

  const next = (): void => {
    isWriting = waiting !== ''
    if (!isWriting) {
      whenDone?.()
      return
    }
    const bytes = Buffer.from(waiting)
    waiting = ''
    send(bytes)
  }

  const send = (bytes: Buffer): void => {
    write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(send, TRY_AGAIN_MS, bytes).unref()
      else if (error === null && written < bytes.byteLength) send(bytes.subarray(written))
      else setTimeout(next, GATHER_MS)
    })
  }

  return {
    write: (lines) => {
      if (waiting.length + lines.length <= MOST_WAITING_CHARACTERS) waiting += lines
      if (!isWriting) next()
    },
    flush: () =>
      new Promise((resolve) => {
        if (!isWriting) {
          resolve()
          return
        }
        whenDone = resolve
        setTimeout(resolve, FLUSH_PATIENCE_MS)
      }),
  }
}
