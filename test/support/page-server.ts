import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ASSETS } from '../../src/html/assets.ts'
import type { Html } from '../../src/html/layout.page.ts'

/** The policy the server sends with a page of the default theme. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

export interface PageServer extends AsyncDisposable {
  readonly origin: string
  /** Every path that was asked for, in order. */
  readonly requested: readonly string[]
}

/** Serves ready pages at `/<name>` with their assets over real HTTP; anything posted is answered with itself. */
export async function servePages(
  pages: ReadonlyMap<string, Html>,
  extra: ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array | string }> = new Map(),
  policy = PAGE_POLICY,
): Promise<PageServer> {
  const requested: string[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    requested.push(path)
    const asset = ASSETS.get(path) ?? extra.get(path)
    if (asset) return response.setHeader('content-type', asset.type).end(asset.bytes)
    if (request.method === 'POST') {
      const chunks = await request.toArray()
      return response.setHeader('content-type', 'text/plain').end(Buffer.concat(chunks))
    }
    const page = pages.get(path.slice(1))
    if (page === undefined) return response.writeHead(404).end()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', policy)
    return response.end(`${await page}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    requested,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
