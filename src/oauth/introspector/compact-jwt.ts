import { tryJson } from '../../http/json.ts'
import { textOf } from '../../http/utf8.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'

/** The parts of a JWT (RFC 7519) in compact form; nothing of it is verified. */
export interface CompactJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What is signed. */
  readonly input: string
  readonly signature: Uint8Array
}

const COMPACT = /^([A-Za-z0-9_-]{1,4096})\.([A-Za-z0-9_-]{1,32768})\.([A-Za-z0-9_-]{1,2048})$/

/** Takes a JWS in compact serialisation apart (RFC 7515 §7.1); undefined for everything else, unsigned ones included. */
export const parseCompactJwt = (text: string): CompactJwt | undefined => {
  const [, head = '', body = '', signature = ''] = COMPACT.exec(text) ?? []
  const header = objectOf(head)
  const claims = objectOf(body)
  if (header === undefined || claims === undefined) return undefined
  return { header, claims, input: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') }
}

/** NOTE: strictly: of a name that is there twice, two readers may take different ones (RFC 7515 §4). */
const objectOf = (part: string): JsonObject | undefined => {
  if (part === '') return undefined
  try {
    const parsed = tryJson(textOf(Buffer.from(part, 'base64url')))
    return parsed.kind === 'json' && isJsonObject(parsed.value) ? parsed.value : undefined
  } catch {
    return undefined
  }
}
