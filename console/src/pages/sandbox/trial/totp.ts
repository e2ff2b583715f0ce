/** A key as an authenticator app keeps it. */
export interface TotpKey {
  /** Base32, as the page shows it. */
  readonly secret: string
  /** Whose it is, to show beside the code. */
  readonly label: string
}

export const STEP_SECONDS = 30
const DIGITS = 6

/** A shorter key is a word of a person that happens to be Base32. */
const FEWEST_BYTES = 10

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 §6, in any case, with blanks and padding. @returns undefined where the text is none, or empty */
export const decodeBase32 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const letters = text.replaceAll(/[\s=-]/g, '').toUpperCase()
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const letter of letters) {
    const index = ALPHABET.indexOf(letter)
    if (index < 0) return undefined
    value = ((value << 5) | index) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes)
}

/** Reads a key: `otpauth://totp/…` as in the QR code, or its secret alone. @returns undefined where it is neither */
export const readTotpKey = (text: string): TotpKey | undefined => {
  const trimmed = text.trim()
  if (!trimmed.startsWith('otpauth:')) {
    const isKey = (decodeBase32(trimmed)?.length ?? 0) >= FEWEST_BYTES
    return isKey ? { secret: trimmed, label: 'a key of yours' } : undefined
  }
  if (!URL.canParse(trimmed)) return undefined
  const url = new URL(trimmed)
  const secret = url.searchParams.get('secret') ?? ''
  const isUsual =
    (url.searchParams.get('algorithm') ?? 'SHA1').toUpperCase() === 'SHA1' &&
    (url.searchParams.get('digits') ?? '6') === '6' &&
    (url.searchParams.get('period') ?? '30') === '30'
  if (!/^(?:otpauth:)\/\/totp\//.test(trimmed) || !isUsual || decodeBase32(secret) === undefined)
    return undefined
  return { secret, label: labelOf(url) }
}

const labelOf = ({ pathname }: URL): string => {
  const encoded = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

/** The time step of an instant (RFC 6238 §4.2). */
export const stepAt = (milliseconds: number): number => Math.floor(milliseconds / 1000 / STEP_SECONDS)

/** When a step begins. */
export const startOf = (step: number): number => step * STEP_SECONDS * 1000

/** The code of a step: HMAC-SHA-1, truncated (RFC 4226 §5.3). @throws {Error} the secret is no Base32 */
export const codeOf = async (secret: string, step: number, digits = DIGITS): Promise<string> => {
  const key = decodeBase32(secret)
  if (key === undefined) throw new Error('the key is not Base32')
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign'])
  const mac = new DataView(await crypto.subtle.sign('HMAC', hmac, counter))
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf
  const number = mac.getUint32(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}
