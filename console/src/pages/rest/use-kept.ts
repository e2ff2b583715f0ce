import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../../api/server.ts'
import type { SentRequest, Snippet } from './kept.ts'
import { sentRequestsOf, snippetsOf } from './kept.ts'

export interface Kept {
  /** Undefined until they are there. */
  readonly history: readonly SentRequest[] | undefined
  readonly snippets: readonly Snippet[] | undefined
  /** Why something is not there, or was not kept. */
  readonly fault: string | undefined
  readonly load: () => Promise<void>
  readonly keepSent: (command: string) => Promise<void>
  /** Takes the place of the snippet with the same title and collection. @returns whether it was kept */
  readonly saveSnippet: (title: string, collection: string, command: string) => Promise<boolean>
  readonly forget: (type: 'ui_history' | 'ui_snippet', id: string) => Promise<void>
}

/** What the server keeps of what this administrator sent and named. */
export const useKept = (): Kept => {
  const [history, setHistory] = useState<readonly SentRequest[]>()
  const [snippets, setSnippets] = useState<readonly Snippet[]>()
  const [fault, setFault] = useState<string>()
  const last = useRef<string>(undefined)

  /** Says what went wrong, and goes on: whatever is typed does not depend on it. */
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      setFault(undefined)
      return true
    } catch (error) {
      if (!(error instanceof Error)) throw error
      setFault(`${what}: ${error.message}`)
      return false
    }
  }

  const refresh = async (): Promise<void> => {
    const { id } = await ask('GET', '/auth/userinfo')
    const own = `user=${encodeURIComponent(String(id))}&_total=none`
    const [sent, named] = await Promise.all([
      ask('GET', `/ui_history?.type=http&${own}&_sort=-_lastUpdated&_count=100`),
      ask('GET', `/ui_snippet?${own}&_sort=collection,title&_count=1000`),
    ])
    setHistory(sentRequestsOf(sent))
    setSnippets(snippetsOf(named))
  }

  const load = async (): Promise<void> => {
    await attempt('History and snippets cannot be read', refresh)
  }

  useEffect(() => void load(), [])

  return {
    history,
    snippets,
    fault,
    load,
    keepSent: async (command) => {
      if (command === last.current) return
      await attempt('It was sent, but is not in the history', async () => {
        await ask('POST', '/ui_history', { type: 'http', command })
        last.current = command
        await refresh()
      })
    },
    saveSnippet: (title, collection, command) =>
      attempt('The snippet was not kept', async () => {
        const place = collection === '' ? undefined : collection
        const same = snippets?.find((one) => one.title === title && one.collection === place)
        const snippet = { title, command, ...(place === undefined ? {} : { collection: place }) }
        if (same === undefined) await ask('POST', '/ui_snippet', snippet)
        else await ask('PUT', `/ui_snippet/${same.id}`, snippet)
        await refresh()
      }),
    forget: async (type, id) => {
      await attempt('It was not deleted', async () => {
        await ask('DELETE', `/${type}/${id}`)
        await refresh()
      })
    },
  }
}
