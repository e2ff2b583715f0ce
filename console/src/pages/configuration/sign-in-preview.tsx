import { useEffect, useState } from 'preact/hooks'
import type { JsonObject } from '../../api/server.ts'
import { ask } from '../../api/server.ts'
import { textAt } from '../../document/at-path.ts'

const QUIET_MS = 400

/** The sign-in page as it will look, a moment after somebody stopped typing; the last that could be shown stays. */
export const SignInPreview = ({ document }: { readonly document: JsonObject }) => {
  const wanted = previewPath(document)
  const [path, setPath] = useState(wanted)
  const [error, setError] = useState<string>()
  useEffect(() => {
    const abort = new AbortController()
    const look = (): Promise<void> =>
      ask('GET', wanted, undefined, abort.signal).then(
        () => {
          setPath(wanted)
          setError(undefined)
        },
        (fault: unknown) => {
          if (!abort.signal.aborted) setError(fault instanceof Error ? fault.message : String(fault))
        },
      )
    const timer = setTimeout(() => void look(), QUIET_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [wanted])
  return (
    <section class="stack" aria-labelledby="preview">
      <h2 id="preview">Preview</h2>
      <div role="status">
        {error === undefined ? null : <p class="notice notice-warning lines">{error}</p>}
      </div>
      <iframe
        class="preview"
        title="The sign-in page with this theme"
        src={path}
        sandbox="allow-same-origin"
      />
    </section>
  )
}

const previewPath = (document: JsonObject): string => {
  const query = new URLSearchParams()
  for (const name of ['title', 'brand', 'styleUrl']) {
    const value = textAt(document, ['theme', name])
    if (value !== '') query.set(name, value)
  }
  return `/console/preview/sign-in?${query}`
}
