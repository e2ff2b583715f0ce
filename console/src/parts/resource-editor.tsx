import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Stored } from '../api/resources.ts'
import { resourcePath, save } from '../api/resources.ts'
import type { JsonObject } from '../api/server.ts'
import { ServerError } from '../api/server.ts'
import { writableOf } from '../document/writable.ts'
import { AsCurl } from './as-curl.tsx'
import { TextField } from './field.tsx'

export interface FormProps {
  readonly document: JsonObject
  readonly isNew: boolean
  readonly onChange: (document: JsonObject) => void
}

interface ResourceEditorProps {
  readonly type: string
  /** Left out for a new one. */
  readonly stored?: Stored
  /** What a new one begins with. */
  readonly draft?: JsonObject
  readonly form: (props: FormProps) => ComponentChildren
  /** Beside the form, following what is typed. */
  readonly preview?: (document: JsonObject) => ComponentChildren
  readonly onSaved: (saved: Stored) => void
}

/** One resource as a form and as a document, both of the same draft; saving is refused where somebody saved meanwhile. */
export const ResourceEditor = ({ type, stored, draft = {}, form, preview, onSaved }: ResourceEditorProps) => {
  const original = stored === undefined ? draft : writableOf(stored.document)
  const [document, setDocument] = useState(original)
  const [text, setText] = useState<string>()
  const [error, setError] = useState<string>()
  const [said, setSaid] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isNew = stored === undefined
  const isDirty = text !== undefined || JSON.stringify(document) !== JSON.stringify(original)
  useUnsavedWarning(isDirty)

  const change = (changed: JsonObject): void => {
    setDocument(changed)
    setSaid(undefined)
  }

  const submit = async (): Promise<void> => {
    const parsed = text === undefined ? document : parseDocument(text)
    if (parsed === undefined) {
      setError('This is no JSON object. Mend it, or go back to the form to drop it.')
      return
    }
    const id = typeof parsed.id === 'string' ? parsed.id.trim() : ''
    if (id === '') {
      setError('Give it an id: letters, digits, “-” and “.”.')
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      const saved = await save(type, id, parsed, stored?.etag)
      setText(undefined)
      setDocument(writableOf(saved.document))
      setSaid('Saved.')
      onSaved(saved)
    } catch (fault) {
      setError(textOf(fault, isNew))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      class="card"
      aria-label={`${type} ${isNew ? 'to create' : 'to change'}`}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <fieldset class="tabs">
        <legend class="hidden">Edit as</legend>
        <button type="button" class="tab" aria-pressed={text === undefined} onClick={() => leaveDocument()}>
          Form
        </button>
        <button
          type="button"
          class="tab"
          aria-pressed={text !== undefined}
          onClick={() => setText((old) => old ?? JSON.stringify(document, undefined, 2))}
        >
          Document
        </button>
      </fieldset>
      {text === undefined ? (
        <div class={preview === undefined ? 'stack' : 'beside'}>
          <div class="stack">{form({ document, isNew, onChange: change })}</div>
          {preview?.(document)}
        </div>
      ) : (
        <TextField label="Document (JSON)" value={text} onInput={setText} rows={20} isCode />
      )}
      <div role="status">{said === undefined ? null : <p class="notice notice-success">{said}</p>}</div>
      {error === undefined ? null : (
        <p class="notice notice-error lines" role="alert">
          {error}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button button-primary" disabled={isBusy || !(isDirty || isNew)}>
          {isNew ? 'Create' : 'Save'}
        </button>
        {isDirty && !isNew ? (
          <button
            type="button"
            class="button"
            onClick={() => {
              setText(undefined)
              setDocument(original)
              setError(undefined)
            }}
          >
            Undo changes
          </button>
        ) : null}
      </div>
      <AsCurl method="PUT" path={resourcePath(type, idOf(document))} body={document} />
    </form>
  )

  /** Back to the form, with what the document says where it can be read. */
  function leaveDocument(): void {
    if (text === undefined) return
    const parsed = parseDocument(text)
    if (parsed === undefined) {
      setError('This is no JSON object yet. Mend it before you go back to the form.')
      return
    }
    setError(undefined)
    setDocument(parsed)
    setText(undefined)
  }
}

const idOf = ({ id }: JsonObject): string => (typeof id === 'string' && id !== '' ? id : 'new')

const parseDocument = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

const textOf = (fault: unknown, isNew: boolean): string => {
  if (fault instanceof ServerError && fault.status === 412)
    return isNew
      ? 'There is one with this id already. Choose another id.'
      : 'Somebody else saved this meanwhile. Copy what you need, reload the page and make your change again.'
  return fault instanceof Error ? fault.message : String(fault)
}

/** The browser asks before it leaves a page with changes that were not saved. */
const useUnsavedWarning = (isDirty: boolean): void => {
  useEffect(() => {
    if (!isDirty) return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isDirty])
}
