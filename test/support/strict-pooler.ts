import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'

export interface StrictPooler {
  readonly url: string
  /** How many connections it refused for a parameter it does not know. */
  readonly refusals: () => number
  readonly close: () => void
}

/** Stands before a PostgreSQL server and, as pgbouncer does, refuses connections that set a statement timeout. */
export async function startStrictPooler(serverUrl: string): Promise<StrictPooler> {
  const server = new URL(serverUrl)
  let refusals = 0
  const listener = createServer((client) => {
    client.on('error', () => client.destroy())
    client.once('data', (startup) => {
      if (startup.includes('statement_timeout')) {
        refusals += 1
        client.end(fatal('unsupported startup parameter: statement_timeout'))
        return
      }
      const upstream = connect(Number(server.port), server.hostname)
      upstream.on('error', () => client.destroy())
      upstream.write(startup)
      client.pipe(upstream).pipe(client)
    })
  })
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  const url = new URL(serverUrl)
  url.port = String((listener.address() as AddressInfo).port)
  return { url: url.href, refusals: () => refusals, close: () => listener.close() }
}

/** An ErrorResponse of the PostgreSQL protocol (§55.8). */
function fatal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
