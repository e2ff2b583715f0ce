import { createHmac } from 'node:crypto'
import { isJsonObject } from '../kernel/json.ts'
import { equalSecrets } from '../kernel/secret-token.ts'
import type { ResetToken, ResetTokens } from './reset-token.ts'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** RFC 8725 §3.11: a type of its own, so that no other JWT of ours is taken for it nor it for another. */
const HEADER = encode({ alg: 'HS256', typ: 'password-reset+jwt' })

const LONGEST_TOKEN = 2048

/**
 * JWTs by HMAC under a key of their own: nobody but us is to verify them, so that no published key makes one look like a
 * token to an application. The header is compared as text: it chooses nothing (RFC 8725 §3.1).
 */
export const createResetTokens = (deps: {
  /** 32 bytes, for this purpose alone. */
  readonly key: Uint8Array
  readonly issuer: string
}): ResetTokens => {
  const macOf = (input: string): string => createHmac('sha256', deps.key).update(input).digest('base64url')
  return {
    sign: ({ userId, jti, proof, expiresAt }) => {
      const claims = { iss: deps.issuer, sub: userId, jti, exp: Math.ceil(expiresAt / 1000), use: proof }
      const input = `${HEADER}.${encode(claims)}`
      return `${input}.${macOf(input)}`
    },
    read: (text) => {
      const [header, body, mac, ...rest] = text.length > LONGEST_TOKEN ? [] : text.split('.')
      if (header !== HEADER || body === undefined || mac === undefined || rest.length > 0) return undefined
      return equalSecrets(mac, macOf(`${header}.${body}`)) ? tokenOf(body, deps.issuer) : undefined
    },
  }
}

const tokenOf = (body: string, issuer: string): ResetToken | undefined => {
  const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  if (!isJsonObject(claims)) return undefined
  const { iss, sub, jti, exp, use } = claims
  if (iss !== issuer || typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number')
    return undefined
  return use === 'link' || use === 'set' ? { userId: sub, jti, proof: use, expiresAt: exp * 1000 } : undefined
}
