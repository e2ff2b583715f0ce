import { Secret } from 'otpauth'
import type { Random } from '../../kernel/random.ts'

/** RFC 4226 §4: the shared secret SHOULD have 160 bits. 20 bytes are 32 characters of Base32. */
const SECRET_BYTES = 20

/** 16 characters are 80 bits, the shortest that authenticators and existing user tables hold; 128 are 80 bytes. */
const SHORTEST = 16
const LONGEST = 128

/** A new secret of 160 random bits, as 32 characters of unpadded Base32 (RFC 4648 §6). */
export const newBase32Secret = (random: Random): string => toBase32(random.bytes(SECRET_BYTES))

/** Unpadded upper-case Base32. */
export const toBase32 = (bytes: Uint8Array): string =>
  new Secret({ buffer: Uint8Array.from(bytes).buffer }).base32

/** The bytes of a secret in unpadded upper-case Base32. */
export const fromBase32 = (secret: string): Uint8Array => Secret.fromBase32(secret).bytes

/**
 * Reads a secret as other systems export it: any case, blanks between groups, with or without padding.
 * Answers unpadded upper-case Base32, or undefined where the text is not Base32 of 16 to 128 characters.
 */
export const parseBase32Secret = (text: string): string | undefined => {
  const secret = text.replaceAll(' ', '').replace(/=+$/, '').toUpperCase()
  if (!/^[A-Z2-7]+$/.test(secret) || secret.length < SHORTEST || secret.length > LONGEST) return undefined
  return hasWholeBytes(secret.length) ? secret : undefined
}

/** Eight characters carry five bytes; of a shorter last group only 2, 4, 5 or 7 characters can end on a byte. */
const hasWholeBytes = (length: number): boolean => [0, 2, 4, 5, 7].includes(length % 8)
