import { useEffect, useRef, useState } from 'preact/hooks'
import type { Stored } from '../api/resources.ts'
import { read, save } from '../api/resources.ts'
import type { Fault, JsonObject } from '../api/server.ts'
import { ServerError } from '../api/server.ts'
import type { Draft } from '../document/drafts.ts'
import { dropDraft, keepDraft, readDraft } from '../document/drafts.ts'
import { parseDocument, writableOf } from '../document/writable.ts'

/** What somebody else stored meanwhile; undefined where they deleted it. */
export interface Conflict {
  readonly theirs: Stored | undefined
}

export type Outcome =
  | { readonly kind: 'saved'; readonly stored: Stored }
  | { readonly kind: 'fault'; readonly message: string; readonly faults: readonly Fault[] }
  | { readonly kind: 'conflict' }

interface DraftOptions {
  readonly type: string
  readonly stored: Stored | undefined
  /** What a new one begins with. */
  readonly begin: JsonObject
}

/** The document that is typed over what is stored. It outlives other pages, and reloads without its secrets. */
export const useDraft = ({ type, stored, begin }: DraftOptions) => {
  const key = `${type}/${typeof stored?.document.id === 'string' ? stored.document.id : ''}`
  const [draft, setDraft] = useState(() => readDraft(key))
  const latest = useRef(draft)
  const [wasKept, setWasKept] = useState(draft !== undefined)
  const [own, setOwn] = useState<Stored>()
  const [conflict, setConflict] = useState<Conflict>()
  // NOTE: what was just saved counts until it was read anew.
  useEffect(() => setOwn(undefined), [stored?.etag])
  const base = own ?? stored
  const original = base === undefined ? begin : writableOf(base.document)
  const etag = draft === undefined ? base?.etag : draft.etag

  const put = (next: Draft | undefined): void => {
    latest.current = next
    setDraft(next)
    if (next === undefined) dropDraft(key)
    else keepDraft(key, next)
  }

  const document = draft?.document ?? original

  const change = (changed: JsonObject): void => {
    const isSame = JSON.stringify(changed) === JSON.stringify(original)
    put(isSame ? undefined : { document: changed, etag })
  }

  const drop = (): void => {
    put(undefined)
    setWasKept(false)
    setConflict(undefined)
  }

  /** @param over what it takes the place of; undefined: nothing may be there */
  const store = async (over: string | undefined): Promise<Outcome> => {
    try {
      const sent = latest.current
      const saved = await save(type, String(document.id), document, over)
      setOwn(saved)
      const more = latest.current
      drop()
      // NOTE: what was typed while it was sent is not saved yet.
      if (more !== undefined && more !== sent) put({ ...more, etag: saved.etag })
      return { kind: 'saved', stored: saved }
    } catch (error) {
      const status = error instanceof ServerError ? error.status : undefined
      if (stored === undefined && status === 412)
        return faultOfId(type, 'There is one with this id already. Choose another id.')
      if (stored !== undefined && status !== undefined && [404, 410, 412].includes(status))
        return look(String(document.id))
      return faultOf(error)
    }
  }

  const look = async (id: string): Promise<Outcome> => {
    try {
      setConflict({ theirs: await read(type, id) })
    } catch (error) {
      const isGone = error instanceof ServerError && [404, 410].includes(error.status)
      if (!isGone) return faultOf(error)
      setConflict({ theirs: undefined })
    }
    return { kind: 'conflict' }
  }

  return {
    document,
    /** As it is typed, where it is typed as text. */
    text: draft?.text,
    isDirty: draft !== undefined,
    /** What was typed earlier was found and is shown. */
    wasKept: wasKept && draft !== undefined,
    conflict,
    change,
    /** The document stays the last that the text said. */
    changeText: (text: string): void => put({ document: parseDocument(text) ?? document, text, etag }),
    drop,
    store: () => store(etag),
    /** In the place of what somebody else stored meanwhile. */
    overwrite: () => store(conflict?.theirs?.etag),
  }
}

/** What is wrong with the id, and with nothing else. */
export const faultOfId = (type: string, message: string): Outcome & { readonly kind: 'fault' } => ({
  kind: 'fault',
  message,
  faults: [{ path: `${type}.id`, message }],
})

const faultOf = (error: unknown): Outcome => ({
  kind: 'fault',
  message: error instanceof Error ? error.message : String(error),
  faults: error instanceof ServerError ? error.faults : [],
})
