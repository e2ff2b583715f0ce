import { useState } from 'preact/hooks'
import examplesText from '../../../../docs/rest-examples.http?raw'
import { parseExamples } from './examples.ts'
import { SnippetForm } from './snippet-form.tsx'
import type { Kept } from './use-kept.ts'

/** What can be opened in the editor. */
export interface Opening {
  readonly title: string
  readonly text: string
}

interface LibraryProps {
  readonly kept: Kept
  readonly onOpen: (opening: Opening) => void
  /** What is in the editor now. */
  readonly textNow: () => string
}

interface Entry extends Opening {
  readonly id: string
  readonly group: string
  readonly href: string
  readonly forget?: () => void
}

const EXAMPLES = parseExamples(examplesText)

const SHELVES = ['Examples', 'Snippets', 'History'] as const

/** Finds what an address names: `?example=two-factor-a-user`, `?snippet=<id>`, `?history=<id>`. */
export const openingOf = (query: Readonly<Record<string, string>>, kept: Kept): Opening | undefined => {
  const example = EXAMPLES.find(({ id }) => id === query.example)
  if (example !== undefined) return example
  const snippet = kept.snippets?.find(({ id }) => id === query.snippet)
  if (snippet !== undefined) return { title: snippet.title, text: snippet.command }
  const sent = kept.history?.find(({ id }) => id === query.history)
  return sent === undefined ? undefined : { title: firstLine(sent.command), text: sent.command }
}

/** Examples of the documentation, named requests, and what was sent: each opens in the editor and has an address. */
export const Library = ({ kept, onOpen, textNow }: LibraryProps) => {
  const [shelf, setShelf] = useState<(typeof SHELVES)[number]>('Examples')
  const [wanted, setWanted] = useState('')
  const all = entriesOf(shelf, kept)
  const entries = all?.filter(({ group, title, text }) =>
    `${group} ${title} ${text}`.toLowerCase().includes(wanted.toLowerCase()),
  )
  return (
    <section class="card library" aria-labelledby="library-title">
      <h2 id="library-title">Examples, snippets and history</h2>
      <div class="row">
        <fieldset class="choice">
          <legend class="hidden">Show</legend>
          {SHELVES.map((one) => (
            <button
              key={one}
              type="button"
              class="button"
              aria-pressed={shelf === one}
              onClick={() => setShelf(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <input
          type="search"
          class="input library-search"
          aria-label={`Search ${shelf.toLowerCase()}`}
          placeholder="Search"
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
      </div>
      {shelf === 'Snippets' ? <SnippetForm kept={kept} textNow={textNow} /> : null}
      {shelf === 'Examples' ? null : (
        <p class="muted">
          Kept on the server as yours, with secrets masked as <code>***</code>: type those again before you
          send.
        </p>
      )}
      <div role="status">
        {kept.fault === undefined ? null : (
          <p class="notice notice-warning">
            {kept.fault}{' '}
            <button type="button" class="button" onClick={() => void kept.load()}>
              Try again
            </button>
          </p>
        )}
      </div>
      <Entries entries={entries} shelf={shelf} isSearch={wanted !== ''} onOpen={onOpen} />
    </section>
  )
}

interface EntriesProps {
  readonly entries: readonly Entry[] | undefined
  readonly shelf: (typeof SHELVES)[number]
  readonly isSearch: boolean
  readonly onOpen: (opening: Opening) => void
}

const Entries = ({ entries, shelf, isSearch, onOpen }: EntriesProps) => {
  if (entries === undefined) return <p class="muted">Loading …</p>
  if (entries.length === 0) return <p class="muted">{isSearch ? 'Nothing matches.' : EMPTY[shelf]}</p>
  const groups = [...new Set(entries.map(({ group }) => group))]
  return (
    <div class="library-groups">
      {groups.map((group) => (
        <div key={group}>
          {group === '' ? null : <h3>{group}</h3>}
          <ul>
            {entries
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <li key={entry.id}>
                  <a href={entry.href} onClick={() => onOpen(entry)}>
                    {entry.title}
                  </a>
                  {entry.forget === undefined ? null : (
                    <button
                      type="button"
                      class="button button-small"
                      onClick={entry.forget}
                      aria-label={`Delete ${entry.title}`}
                    >
                      Delete
                    </button>
                  )}
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  )
}

const EMPTY = {
  Examples: '',
  Snippets: 'There are none yet. Give what is in the editor a title to keep it.',
  History: 'Nothing was sent yet.',
} as const

const entriesOf = (shelf: (typeof SHELVES)[number], kept: Kept): readonly Entry[] | undefined => {
  switch (shelf) {
    case 'Examples':
      return EXAMPLES.map((example) => ({ ...example, href: `/console/rest?example=${example.id}` }))
    case 'Snippets':
      return kept.snippets?.map(({ id, title, collection = '', command }) => ({
        id,
        title,
        group: collection,
        text: command,
        href: `/console/rest?snippet=${id}`,
        forget: () => void kept.forget('ui_snippet', id),
      }))
    case 'History':
      return kept.history?.map(({ id, command, at }) => ({
        id,
        title: firstLine(command),
        group: new Date(at).toLocaleDateString('en-CA'),
        text: command,
        href: `/console/rest?history=${id}`,
        forget: () => void kept.forget('ui_history', id),
      }))
  }
}

const firstLine = (command: string): string => {
  const [line = ''] = command.split('\n')
  return line.length > 120 ? `${line.slice(0, 120).toWellFormed()}…` : line
}
