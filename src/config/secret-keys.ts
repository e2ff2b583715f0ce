/** The key that encrypts, and after it those that only decrypt what they encrypted once. */
export type SecretKeys = readonly [current: Uint8Array, ...others: Uint8Array[]]

/** Keys of 32 bytes as Base64, apart by commas or blanks; undefined where one is none. */
export const parseSecretKeys = (text: string): SecretKeys | undefined => {
  const [first, ...others] = text
    .trim()
    .split(/[\s,]+/)
    .map(parseKey)
  if (first === undefined || others.includes(undefined)) return undefined
  return [first, ...others.filter((key) => key !== undefined)]
}

const parseKey = (text: string): Uint8Array | undefined =>
  /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : undefined
