import { equalSecrets, hashSecretToken } from '../../kernel/secret-token.ts'

/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/

/** Verifies S256: BASE64URL(SHA256(ASCII(code_verifier))) is the challenge (RFC 7636 §4.6), in constant time. */
export const verifyCodeVerifier = (verifier: string, challenge: string): boolean =>
  VERIFIER.test(verifier) && equalSecrets(hashSecretToken(verifier), challenge)
