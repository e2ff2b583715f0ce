import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from './random.ts'

/** 256 bits: RFC 6749 §10.10 asks for 2^-160 guessing odds, a token that outlives a day deserves more. */
const TOKEN_BYTES = 32

/** 43 characters of base64url, 256 random bits. Only its hash is ever stored. */
export const newSecretToken = (random: Random): string =>
  Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')

/** SHA-256 as 43 characters of base64url. Enough for random tokens; never for what a person chose. */
export const hashSecretToken = (token: string): string => hash('sha256', token, 'base64url')

/** An identifier that is not a secret: 128 random bits as 32 hex digits, a valid FHIR id. */
export const newId = (random: Random): string => Buffer.from(random.bytes(16)).toString('hex')

/**
 * As {@link newId}, of which 48 bits are the time in milliseconds and 80 are random, so that later ones are greater.
 * For rows of which many come: the index of their ids then grows at its end, where random ids touch a page each.
 */
export const newOrderedId = (random: Random, now: Date): string =>
  now.getTime().toString(16).padStart(12, '0') + Buffer.from(random.bytes(10)).toString('hex')

/** Compares in constant time; strings of different length are unequal. */
export const equalSecrets = (left: string, right: string): boolean => {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
