import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { useConnection } from '../api/connection.ts'

type State<Value> =
  | { readonly kind: 'loading'; readonly before: Value | undefined }
  | { readonly kind: 'failed'; readonly message: string; readonly before: Value | undefined }
  | { readonly kind: 'loaded'; readonly value: Value }

export interface Load<Value> {
  readonly state: State<Value>
  readonly reload: () => void
}

/**
 * Loads when it is first shown and whenever `key` changes, and what failed once more when the connection is mended. What
 * came before stays visible meanwhile.
 */
export const useLoad = <Value,>(key: string, load: (signal: AbortSignal) => Promise<Value>): Load<Value> => {
  const [state, setState] = useState<State<Value>>({ kind: 'loading', before: undefined })
  const [round, setRound] = useState(0)
  const connection = useConnection()
  useEffect(() => {
    if (connection === 'good' && state.kind === 'failed') setRound((old) => old + 1)
  }, [connection])
  useEffect(() => {
    const abort = new AbortController()
    setState((old) => ({ kind: 'loading', before: lastOf(old) }))
    load(abort.signal).then(
      (value) => setState({ kind: 'loaded', value }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        const message = error instanceof Error ? error.message : String(error)
        setState((old) => ({ kind: 'failed', message, before: lastOf(old) }))
      },
    )
    return () => abort.abort()
  }, [key, round])
  return { state, reload: useCallback(() => setRound((old) => old + 1), []) }
}

const lastOf = <Value,>(state: State<Value>): Value | undefined =>
  state.kind === 'loaded' ? state.value : state.before

interface LoadedProps<Value> {
  readonly of: Load<Value>
  readonly children: (value: Value) => ComponentChildren
}

/** Shows what was loaded, that it is on its way, or why it did not come and a button to try again. */
export const Loaded = <Value,>({ of: { state, reload }, children }: LoadedProps<Value>) => {
  const value = lastOf(state)
  return (
    <>
      {state.kind === 'failed' ? (
        <div class="notice notice-error row" role="alert">
          <span class="grow">{state.message}</span>
          <button type="button" class="button" onClick={reload}>
            Try again
          </button>
        </div>
      ) : null}
      {value === undefined ? (
        state.kind === 'loading' ? (
          <p class="muted loading" role="status">
            Loading …
          </p>
        ) : null
      ) : (
        <div class="stack" aria-busy={state.kind === 'loading'}>
          {children(value)}
        </div>
      )}
    </>
  )
}
