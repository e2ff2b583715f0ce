import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Stored } from '../api/resources.ts'
import { resourcePath } from '../api/resources.ts'
import type { Fault, JsonObject } from '../api/server.ts'
import type { Path } from '../document/at-path.ts'
import { withPlaceholders } from '../document/with-placeholders.ts'
import { parseDocument } from '../document/writable.ts'
import { AsCurl } from './as-curl.tsx'
import { ConflictNotice } from './conflict-notice.tsx'
import { TextField } from './field.tsx'
import type { Outcome } from './use-draft.ts'
import { faultOfId, useDraft } from './use-draft.ts'

export interface FormProps {
  readonly document: JsonObject
  readonly isNew: boolean
  /** Whether anything is typed that is not saved. */
  readonly isDirty: boolean
  readonly onChange: (document: JsonObject) => void
  /** What the server last refused of the member there. */
  readonly errorAt: (path: Path) => string | undefined
}

interface ResourceEditorProps {
  readonly type: string
  /** Left out for a new one. */
  readonly stored?: Stored
  /** What a new one begins with. */
  readonly begin?: JsonObject
  readonly form: (props: FormProps) => ComponentChildren
  /** Beside the form, following what is typed. */
  readonly preview?: (document: JsonObject) => ComponentChildren
  readonly onSaved: (saved: Stored) => void
}

/**
 * One resource as a form and as a document, both of the same draft; saving is refused where somebody saved meanwhile.
 * Give it a `key` of its own for each resource.
 */
export const ResourceEditor = ({ type, stored, begin = {}, form, preview, onSaved }: ResourceEditorProps) => {
  const draft = useDraft({ type, stored, begin })
  const { document, conflict, isDirty } = draft
  const [view, setView] = useState<'form' | 'document'>(draft.text === undefined ? 'form' : 'document')
  const [error, setErrorText] = useState<string>()
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const element = useRef<HTMLFormElement>(null)
  const [said, setSaid] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isNew = stored === undefined
  useUnsavedWarning(isDirty)

  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(), [faults])

  const setError = (message: string | undefined, members: readonly Fault[] = []): void => {
    setErrorText(message)
    setFaults(members)
  }

  const errorAt = (path: Path): string | undefined => {
    const name = [type, ...path].join('.')
    return faults.find((fault) => fault.path === name || fault.path?.startsWith(`${name}[`))?.message
  }

  const readsAsDocument = draft.text === undefined || parseDocument(draft.text) !== undefined

  const run = async (act: () => Promise<Outcome>): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setError(undefined)
    setSaid(undefined)
    const outcome = await act()
    setBusy(false)
    if (outcome.kind === 'fault') setError(outcome.message, outcome.faults)
    if (outcome.kind !== 'saved') return
    setSaid('Saved.')
    onSaved(outcome.stored)
  }

  const submit = (): void => {
    if (!readsAsDocument) setError('This is no JSON object. Mend it, or drop the changes.')
    else if (typeof document.id !== 'string' || document.id.trim() === '') {
      const { message, faults } = faultOfId(type, 'Give it an id: letters, digits, “-” and “.”.')
      setError(message, faults)
    } else if (!isNew && !isDirty) setSaid('Nothing was changed.')
    else void run(() => draft.store())
  }

  const drop = (): void => {
    draft.drop()
    setError(undefined)
    setSaid('Your changes are dropped.')
  }

  const show = (wanted: 'form' | 'document'): void => {
    if (wanted === 'form' && !readsAsDocument) {
      setError('This is no JSON object yet. Mend it before you go back to the form.')
      return
    }
    setError(undefined)
    setView(wanted)
    if (wanted === 'form' && draft.text !== undefined) draft.change(document)
  }

  return (
    <form
      ref={element}
      class="card"
      aria-label={`${type} ${isNew ? 'to create' : 'to change'}`}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <fieldset class="tabs">
        <legend class="hidden">Edit as</legend>
        <button type="button" class="tab" aria-pressed={view === 'form'} onClick={() => show('form')}>
          Form
        </button>
        <button type="button" class="tab" aria-pressed={view === 'document'} onClick={() => show('document')}>
          Document
        </button>
      </fieldset>
      {draft.wasKept ? (
        <p class="notice">
          What you typed and did not save is here again. After a reload secrets have to be typed anew.
        </p>
      ) : null}
      {view === 'form' ? (
        <div class={preview === undefined ? 'stack' : 'beside'}>
          <div class="stack">{form({ document, isNew, isDirty, onChange: draft.change, errorAt })}</div>
          {preview?.(document)}
        </div>
      ) : (
        <TextField
          label="Document (JSON)"
          value={draft.text ?? JSON.stringify(document, undefined, 2)}
          onInput={draft.changeText}
          rows={20}
          isCode
        />
      )}
      {conflict === undefined ? null : (
        <ConflictNotice
          conflict={conflict}
          isBusy={isBusy}
          onOverwrite={() => void run(() => draft.overwrite())}
          onTakeTheirs={() => {
            drop()
            if (conflict.theirs !== undefined) onSaved(conflict.theirs)
          }}
        />
      )}
      <div role="status">
        {said === undefined || isDirty ? null : <p class="notice notice-success">{said}</p>}
      </div>
      {error === undefined ? null : (
        <p class="notice notice-error lines" role="alert">
          {error}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button button-primary">
          {isNew ? 'Create' : 'Save'}
        </button>
        {isDirty ? (
          <button type="button" class="button" onClick={drop}>
            Drop changes
          </button>
        ) : null}
      </div>
      <AsCurl method="PUT" path={resourcePath(type, idOf(document))} body={withPlaceholders(document)} />
    </form>
  )
}

const idOf = ({ id }: JsonObject): string => (typeof id === 'string' && id !== '' ? id : 'new')

/** The browser asks before it leaves a page with changes that were not saved. */
const useUnsavedWarning = (isDirty: boolean): void => {
  useEffect(() => {
    if (!isDirty) return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isDirty])
}
