import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { useConnection } from '../api/connection.ts'

interface Loading<Value> {
  readonly kind: 'loading'
  readonly before: Answer<Value> | undefined
}

interface Failed<Value> {
  readonly kind: 'failed'
  readonly message: string
  readonly before: Answer<Value> | undefined
}

interface Answer<Value> {
  readonly kind: 'loaded'
  /** What it answers. */
  readonly key: string
  readonly value: Value
}

type State<Value> = Loading<Value> | Failed<Value> | Answer<Value>

export interface Load<Value> {
  readonly state: State<Value>
  readonly reload: () => void
}

/**
 * Loads when it is first shown and whenever `key` changes, and what failed once more when the connection is mended. What
 * came before stays visible meanwhile; where the new key fails it goes: it would be taken for its answer.
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
      (value) => setState({ kind: 'loaded', key, value }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        const message = error instanceof Error ? error.message : String(error)
        setState((old) => {
          const before = lastOf(old)
          return { kind: 'failed', message, before: before?.key === key ? before : undefined }
        })
      },
    )
    return () => abort.abort()
  }, [key, round])
  return { state, reload: useCallback(() => setRound((old) => old + 1), []) }
}

const lastOf = <Value,>(state: State<Value>): Answer<Value> | undefined =>
  state.kind === 'loaded' ? state : state.before

interface LoadedProps<Value> {
  readonly of: Load<Value>
  readonly children: (value: Value) => ComponentChildren
}

/** Shows what was loaded, that it is on its way, or why it did not come and a button to try again. */
export const Loaded = <Value,>({ of: { state, reload }, children }: LoadedProps<Value>) => {
  const last = lastOf(state)
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
      {last === undefined ? (
        state.kind === 'loading' ? (
          <p class="muted loading" role="status">
            Loading …
          </p>
        ) : null
      ) : (
        <div class="stack" aria-busy={state.kind === 'loading'}>
          {children(last.value)}
        </div>
      )}
    </>
  )
}
