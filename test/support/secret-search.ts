import { fromBase32 } from '../../src/two-factor/totp/base32.ts'
import type { TestApp } from './test-app.ts'

/** Every spelling in which bytes of the secret could lie somewhere. */
export const spellings = (secret: string, name: string): readonly Buffer[] => {
  const plain = Buffer.from(secret)
  if (name.includes('code') && /^\d{6}$/.test(secret)) return [plain]
  const raw = name.includes('key') ? [Buffer.from(fromBase32(secret))] : []
  const inBase64 = plain.toString('base64').replace(/=+$/, '')
  return [plain, ...raw, ...raw.map((bytes) => Buffer.from(bytes.toString('hex'))), Buffer.from(inBase64)]
}

/** Six digits stand within longer numbers by chance; alone they are a code. */
export const holds = (haystack: Buffer, needle: Buffer): boolean => {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1))
    if (needle.length !== 6 || !(isDigit(haystack[at - 1]) || isDigit(haystack[at + 6]))) return true
  return false
}

/** A log line with all that its errors say. */
export const logLine = ({ fields, message, level }: TestApp['log'][number]) => ({
  level,
  message,
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? `${value.stack} ${value.cause}` : value,
    ]),
  ),
})
