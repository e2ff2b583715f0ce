export interface BasicCredentials {
  readonly id: string
  /** The secret as sent and, where it ends with a line break, without: `echo id:secret | base64` adds one. */
  readonly secrets: readonly string[]
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the credentials of the Basic scheme, UTF-8 (RFC 7617 §2, §2.1); undefined where they are none. */
export const parseBasicCredentials = (encoded: string): BasicCredentials | undefined => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined
  const text = decode(encoded)
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 1 || /\p{Cc}/u.test(text.slice(0, colon))) return undefined
  const secret = text.slice(colon + 1)
  const stripped = secret.replace(/(?:\r\n|\n|\r)$/, '')
  return { id: text.slice(0, colon), secrets: stripped === secret ? [secret] : [secret, stripped] }
}

const decode = (encoded: string): string | undefined => {
  try {
    return utf8.decode(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}
