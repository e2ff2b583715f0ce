import type { TotpAlgorithm } from './totp.ts'

export interface TotpUriParts {
  readonly issuer: string
  /** E-mail address or id of the user. */
  readonly account: string
  /** Unpadded Base32. */
  readonly secret: string
  readonly algorithm: TotpAlgorithm
}

/** Google Authenticator and its kin cut or refuse labels that go on for ever; so do QR codes. */
const LONGEST_PART = 64

/**
 * `otpauth://totp/Issuer:account?secret=…&issuer=Issuer` (Key Uri Format). The issuer is the same in both places; neither
 * part keeps a colon, which would end the issuer early. Algorithm, digits and period are said only where not the default.
 */
export const totpUri = (parts: TotpUriParts): string => {
  const issuer = cleaned(parts.issuer) || 'Countersign'
  const account = cleaned(parts.account) || 'user'
  const algorithm = parts.algorithm === 'SHA1' ? '' : `&algorithm=${parts.algorithm}`
  return `otpauth://totp/${percentEncode(issuer)}:${percentEncode(account)}?secret=${parts.secret}&issuer=${percentEncode(issuer)}${algorithm}`
}

/** One line without colons and control characters, of well-formed text, not too long. */
const cleaned = (text: string): string =>
  Array.from(
    text
      .toWellFormed()
      .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
      .replaceAll(':', ' ')
      .replaceAll(/ +/g, ' ')
      .trim(),
  )
    .slice(0, LONGEST_PART)
    .join('')
    .trim()

/** RFC 3986 percent-encoding; a blank is `%20`, since in a QR code nobody reads `+` as a blank. `@` may stay. */
const percentEncode = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%40', '@')
