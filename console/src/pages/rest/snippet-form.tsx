import { useState } from 'preact/hooks'
import type { Kept } from './use-kept.ts'

interface SnippetFormProps {
  readonly kept: Kept
  readonly textNow: () => string
}

/** Gives what is in the editor a name. */
export const SnippetForm = ({ kept, textNow }: SnippetFormProps) => {
  const [title, setTitle] = useState('')
  const [collection, setCollection] = useState('')
  const [said, setSaid] = useState('')
  const save = async (): Promise<void> => {
    setSaid('')
    if (textNow().trim() === '') {
      setSaid('There is nothing in the editor.')
      return
    }
    if (await kept.saveSnippet(title.trim(), collection.trim(), textNow())) setSaid('Kept.')
  }
  return (
    <form
      class="row snippet-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div class="field">
        <label for="snippet-title">Title</label>
        <input
          id="snippet-title"
          class="input"
          required
          maxLength={200}
          value={title}
          onInput={({ currentTarget }) => setTitle(currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="snippet-collection">Collection (optional)</label>
        <input
          id="snippet-collection"
          class="input"
          maxLength={200}
          value={collection}
          onInput={({ currentTarget }) => setCollection(currentTarget.value)}
        />
      </div>
      <button type="submit" class="button">
        Keep as snippet
      </button>
      <span role="status" class="muted">
        {said}
      </span>
    </form>
  )
}
