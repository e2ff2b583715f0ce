import type { Context } from 'hono'
import { malformed, Problem } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'

/**
 * Reads the body, counted while it streams: what Content-Length promises is only believed when it is too much.
 * @throws {Problem} too-large; malformed — the connection ended in the middle of the body
 */
export const readBody = async (c: Context, limitBytes: number): Promise<Uint8Array> => {
  const promised = c.req.header('content-length')
  if (promised !== undefined && Number(promised) > limitBytes) throw tooLarge(limitBytes)
  try {
    const body =
      promised === undefined ? await readStream(c, limitBytes) : new Uint8Array(await c.req.raw.arrayBuffer())
    if (body.byteLength > limitBytes) throw tooLarge(limitBytes)
    return body
  } catch (error) {
    if (error instanceof Problem) throw error
    throw malformed('the body ended before it was complete; send it again')
  }
}

const readStream = async (c: Context, limitBytes: number): Promise<Uint8Array> => {
  const stream = c.req.raw.body
  if (stream === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.byteLength
    // NOTE: leaving the loop cancels the stream, so that nothing more is read into memory.
    if (length > limitBytes) {
      // RFC 9112 §9.6: the rest is not read, so that the connection ends, which whoever keeps it must know.
      putHeader(c, 'Connection', 'close')
      throw tooLarge(limitBytes)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

const tooLarge = (limitBytes: number): Problem => new Problem({ kind: 'too-large', limitBytes })
