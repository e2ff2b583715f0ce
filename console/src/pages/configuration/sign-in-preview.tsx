import { useEffect, useState } from 'preact/hooks'
import type { JsonObject } from '../../api/server.ts'
import { textAt } from '../../document/at-path.ts'

const QUIET_MS = 400

/** The sign-in page as it will look, a moment after somebody stopped typing. */
export const SignInPreview = ({ document }: { readonly document: JsonObject }) => {
  const wanted = previewPath(document)
  const [path, setPath] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setPath(wanted), QUIET_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  return (
    <section class="stack" aria-labelledby="preview">
      <h2 id="preview">Preview</h2>
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
