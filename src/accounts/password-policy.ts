/** Longer ones cost more to hash than they are worth. NIST SP 800-63B-4 §3.1.1.2 asks for at least 64 characters. */
export const MOST_PASSWORD_BYTES = 1024

/**
 * What is wrong with a new password in clear, in words that tell nothing of it but its length; undefined where it is good
 * enough. Characters are code points (NIST SP 800-63B-4 §3.1.1.2). No other rule: neither composition nor age.
 */
export const faultOfPassword = (password: string, minLength: number): string | undefined => {
  const bytes = new TextEncoder().encode(password).byteLength
  if (bytes < 1 || bytes > MOST_PASSWORD_BYTES)
    return `expected 1 to ${MOST_PASSWORD_BYTES} bytes, not ${bytes}`
  return [...password].length < minLength ? `expected at least ${minLength} characters` : undefined
}
