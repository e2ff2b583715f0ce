import * as yaml from 'yaml'
import { createMasker } from '../../../../src/console/command/mask-secrets.ts'

const KEY = 'countersign.rest.draft'

/** To mask more would keep the page from answering while one types. */
const MOST_CHARACTERS = 200_000

/** What of a text is kept. */
export const mask = createMasker(yaml)

/** As it was typed, for as long as the page lives. */
let typed: string | undefined

/** What was typed before another page was opened, or before this one was loaded again; then its secrets read `***`. */
export const readDraft = (): string | undefined => {
  try {
    return typed ?? sessionStorage.getItem(KEY) ?? undefined
  } catch {
    // NOTE: a browser may keep nothing at all.
    return undefined
  }
}

/** Whether a text would be lost if the page were loaded again. */
export const isTooLongToKeep = (text: string): boolean => text.length > MOST_CHARACTERS

/** Keeps what is typed; for a reload without its secrets: a browser writes it into files. */
export const keepDraft = (text: string): void => {
  typed = text
  try {
    if (isTooLongToKeep(text)) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, mask(text))
  } catch {
    // NOTE: full or forbidden; what is typed stays in the page.
  }
}
