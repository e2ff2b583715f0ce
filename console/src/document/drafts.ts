import type { JsonObject } from '../api/server.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What somebody typed over a resource and has not saved. */
export interface Draft {
  readonly document: JsonObject
  /** The document as text, where that is what was typed and it is no JSON yet. */
  readonly text?: string
  /** Of what it began with; undefined where nothing was stored. */
  readonly etag: string | undefined
}

const PREFIX = 'countersign.draft.'

/** To write more with every key would keep the page from answering. */
const MOST_CHARACTERS = 200_000

/** As they were typed, for as long as the console is open. */
const typed = new Map<string, Draft>()

/** What was typed before another page was opened or the console was loaded again; then it has no secrets. */
export const readDraft = (key: string): Draft | undefined => {
  const draft = typed.get(key)
  if (draft !== undefined) return draft
  try {
    const text = sessionStorage.getItem(`${PREFIX}${key}`)
    return text === null ? undefined : (JSON.parse(text) as Draft)
  } catch {
    // NOTE: a browser may keep nothing at all, and what others wrote there is none of ours.
    return undefined
  }
}

/** Keeps what is typed; for a reload without its secrets: a browser writes it into files. */
export const keepDraft = (key: string, draft: Draft): void => {
  typed.set(key, draft)
  const { document, etag } = draft
  // NOTE: text that is no JSON yet may hold a secret anywhere; of that the last document is kept.
  const text = JSON.stringify({ document: withoutSecrets(document), etag })
  try {
    if (text.length > MOST_CHARACTERS) sessionStorage.removeItem(`${PREFIX}${key}`)
    else sessionStorage.setItem(`${PREFIX}${key}`, text)
  } catch {
    // NOTE: full or forbidden; what is typed stays in the page.
  }
}

export const dropDraft = (key: string): void => {
  typed.delete(key)
  try {
    sessionStorage.removeItem(`${PREFIX}${key}`)
  } catch {
    // NOTE: what a browser does not keep need not be taken away.
  }
}
