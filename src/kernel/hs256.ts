import { createHmac, timingSafeEqual } from 'node:crypto'

/** RFC 7518 §3.2: a key of the size of the hash or larger. */
export const FEWEST_HS256_BYTES = 32

/** Whether the signature is the HS256 of the input under the secret (RFC 7518 §3.2), in constant time. */
export const isHs256Of = (secret: string, input: string, signature: Uint8Array): boolean => {
  const right = createHmac('sha256', secret).update(input).digest()
  return right.length === signature.length && timingSafeEqual(right, signature)
}
