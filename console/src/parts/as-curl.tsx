import type { Json } from '../api/server.ts'
import { curlOf } from '../document/curl.ts'
import { CopyButton } from './copy-button.tsx'
import { Unfold } from './unfold.tsx'

interface AsCurlProps {
  readonly method: string
  readonly path: string
  readonly body?: Json
}

/** The same request for a shell, folded. */
export const AsCurl = (props: AsCurlProps) => (
  <Unfold class="curl" summary="The same with curl">
    {() => <Line {...props} />}
  </Unfold>
)

const Line = ({ method, path, body }: AsCurlProps) => {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const line = curlOf({ method, path, ...(body === undefined ? {} : json) }, location.origin)
  return (
    <>
      <pre>{line}</pre>
      <CopyButton text={() => line} label="Copy" />
    </>
  )
}
