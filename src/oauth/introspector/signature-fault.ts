import { isHs256Of } from '../../kernel/hs256.ts'
import { isSignedBy } from '../../kernel/jws.ts'
import type { RemoteJwks } from '../../outbound/remote-jwks.ts'
import type { CompactJwt } from './compact-jwt.ts'
import type { IntrospectorKey, Verification } from './introspector.ts'

/** RFC 8725 §3.11: of what else an issuer signs for other purposes, as logout tokens, none is taken for an access token. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt'])

/**
 * Why no key of the issuer made the signature; undefined when one did. A key counts for its own algorithm alone, so that
 * neither `none` nor a public key taken for a secret gets through (RFC 8725 §3.1); `jku`, `jwk` and `x5u` are not looked at.
 */
export const signatureFault = async (
  jwks: RemoteJwks,
  verification: Verification,
  jwt: CompactJwt,
): Promise<string | undefined> => {
  const { alg, kid, crit, typ } = jwt.header
  if (typeof alg !== 'string') return 'wrong-signature'
  // RFC 7515 §4.1.11: what must be understood and is not.
  if (crit !== undefined) return 'critical-header'
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return 'other-type'
  if (kid !== undefined && typeof kid !== 'string') return 'wrong-signature'
  switch (verification.kind) {
    case 'endpoint':
      return 'wrong-signature'
    case 'keys':
      return verification.keys.some((key) => isRight(key, alg, jwt)) ? undefined : 'wrong-signature'
    case 'remote-keys': {
      const { uri, cacheSeconds } = verification
      const found = await jwks.keysOf(uri, { cacheSeconds, kid })
      if (found.kind === 'unavailable') return 'keys-unavailable'
      const candidates = kid === undefined ? found.keys : found.keys.filter((key) => key.kid === kid)
      if (candidates.length === 0) return 'unknown-key'
      const isOne = candidates.some((key) => isSignedBy(key, alg, jwt.input, jwt.signature))
      return isOne ? undefined : 'wrong-signature'
    }
  }
}

const isRight = (key: IntrospectorKey, alg: string, { input, signature }: CompactJwt): boolean =>
  key.kind === 'secret'
    ? alg === 'HS256' && isHs256Of(key.secret, input, signature)
    : alg === key.algorithm && isSignedBy(key.jwk, alg, input, signature)
