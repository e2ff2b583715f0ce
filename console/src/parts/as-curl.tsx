import type { Json } from '../api/server.ts'
import { curlOf } from '../document/curl.ts'
import { CopyButton } from './copy-button.tsx'

interface AsCurlProps {
  readonly method: string
  readonly path: string
  readonly body?: Json
}

/** The same request for a shell, folded. */
export const AsCurl = ({ method, path, body }: AsCurlProps) => {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const line = curlOf({ method, path, ...(body === undefined ? {} : json) }, location.origin)
  return (
    <details class="curl">
      <summary>The same with curl</summary>
      <pre>{line}</pre>
      <CopyButton text={() => line} label="Copy" />
    </details>
  )
}
