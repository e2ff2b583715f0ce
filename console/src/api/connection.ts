import { useSyncExternalStore } from 'preact/compat'

/** How the console stands with the server. Nothing typed is lost in any of these states. */
export type Connection = 'good' | 'unreachable' | 'signed-out' | 'not-administrator'

let current: Connection = 'good'
const listeners = new Set<() => void>()

export const reportConnection = (connection: Connection): void => {
  if (connection === current) return
  current = connection
  for (const listener of listeners) listener()
}

export const useConnection = (): Connection =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => current,
  )
