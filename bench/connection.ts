import { Client } from 'undici'

export interface Ask {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** One keep-alive connection that carries one request at a time. */
export interface Connection {
  send(ask: Ask): Promise<Answer>
  close(): Promise<void>
}

const ANSWER_TIMEOUT_MS = 30_000

// NOTE: `dispatch` instead of `request` or `fetch`: what the generator costs is taken from the servers' cores.
export const openConnection = (origin: string): Connection => {
  const client = new Client(origin, {
    pipelining: 1,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  })
  return {
    send: ({ path, method = 'GET', headers = {}, body = null }) =>
      new Promise((resolve, reject) => {
        let status = 0
        let answered: Answer['headers'] = {}
        const chunks: Buffer[] = []
        client.dispatch(
          { path, method, headers, body },
          {
            onRequestStart: () => {},
            onResponseStart: (_, statusCode, responseHeaders) => {
              status = statusCode
              answered = responseHeaders
            },
            onResponseData: (_, chunk) => {
              chunks.push(chunk)
            },
            onResponseEnd: () =>
              resolve({ status, headers: answered, body: Buffer.concat(chunks).toString('utf8') }),
            onResponseError: (_, error) => reject(error),
          },
        )
      }),
    close: () => client.close(),
  }
}
