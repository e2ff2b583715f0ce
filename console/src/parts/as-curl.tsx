import type { Json } from '../api/server.ts'
import { curlOf } from '../document/curl.ts'
import { CopyButton } from './copy-button.tsx'
import { Unfold } from './unfold.tsx'

interface AsCurlProps {
  readonly method: string
  /** Several where one request does not say it all. */
  readonly path: string | readonly string[]
  readonly body?: Json
}

/** The same requests for a shell, folded. */
export const AsCurl = (props: AsCurlProps) => (
  <Unfold class="curl" summary="The same with curl">
    {() => <Line {...props} />}
  </Unfold>
)

const Line = ({ method, path, body }: AsCurlProps) => {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const lines = [path]
    .flat()
    .map((one) => curlOf({ method, path: one, ...(body === undefined ? {} : json) }, location.origin))
    .join('\n')
  return (
    <>
      <pre>{lines}</pre>
      <CopyButton text={() => lines} label="Copy" />
    </>
  )
}
