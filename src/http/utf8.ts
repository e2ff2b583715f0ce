import { malformed } from '../kernel/problem.ts'

const strict = new TextDecoder('utf-8', { fatal: true })

/** The text of a body; a byte order mark is dropped. @throws {Problem} malformed — not UTF-8, or a NUL in it */
export const textOf = (bytes: Uint8Array): string => {
  const text = decode(bytes)
  if (text === undefined) throw malformed('the body is not valid UTF-8')
  if (text.includes('\0')) throw malformed('the body contains a NUL character')
  return text
}

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}
