import { hashSecretToken } from '../kernel/secret-token.ts'

/** Names of the lookup keys of a User under which sign-ins find it. */
export const LOGIN_KEY = 'login'
export const LOGIN_EMAIL_KEY = 'login-email'

const MAX_LENGTH = 512

/** How a typed login name is looked up; undefined for what can be nobody's. */
export interface LoginNameKeys {
  /** userName or id, exact. */
  readonly exact: string
  /** E-mail, or a userName that reads like one; without case. */
  readonly email: string
}

/** An e-mail address as it is compared: without blanks around it and without case. */
export const loginEmailOf = (email: string): string => email.trim().toLowerCase()

/**
 * What of a User is found without case: the e-mail and a userName that reads like one. The throttle counts all spellings
 * of such a name as one account where it is nobody's, so they must be one where it is somebody's.
 */
export const loginEmailsOf = ({
  userName,
  email,
}: {
  userName?: unknown
  email?: unknown
}): readonly string[] => {
  const emails = [email, isLikeEmail(userName) ? userName : undefined]
  return emails.filter((name) => typeof name === 'string').map(loginEmailOf)
}

/** What of a userName no other User may have: names that a sign-in cannot tell apart are one. */
export const uniqueUserName = (userName: string): string =>
  isLikeEmail(userName) ? loginEmailOf(userName) : userName

const isLikeEmail = (name: unknown): boolean => typeof name === 'string' && name.includes('@')

/**
 * How a typed login name is looked up; undefined for what can be nobody’s: empty, too long, with control characters.
 */
export const loginNameKeys = (typed: string): LoginNameKeys | undefined => {
  const exact = typed.trim()
  if (exact === '' || exact.length > MAX_LENGTH || /\p{Cc}|\p{Cs}/u.test(exact)) return undefined
  return { exact, email: loginEmailOf(exact) }
}

/**
 * The throttled account of a name that means nobody. It merges exactly the spellings that would mean one account if it
 * existed, so that counting tells nothing.
 */
export const unknownAccountOf = (typed: string): string => {
  const name = typed.trim()
  return `unknown:${hashSecretToken(isLikeEmail(name) ? loginEmailOf(name) : name)}`
}
