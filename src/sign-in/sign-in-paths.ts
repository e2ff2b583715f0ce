export const SIGN_IN_PATH = '/auth/login'
export const AUTHORIZE_PATH = '/auth/authorize'
export const STEP_UP_PATH = '/auth/login/2fa/step-up'
export const CODE_PATH = '/auth/login/2fa/confirm'
export const RESEND_PATH = '/auth/login/2fa/refresh'
export const SIGN_OUT_PATH = '/auth/logout'
export const TWO_FACTOR_PATH = '/auth/two-factor'
export const CHANGE_PASSWORD_PATH = '/auth/change-password'
export const ACCOUNT_PATH = '/auth/account'
export const SESSIONS_PATH = '/auth/sessions'
export const GRANTS_PATH = '/auth/grants'
export const RESET_PASSWORD_PATH = '/auth/reset-password'
export const LANDING_PATH = '/'
export const CONSOLE_PATH = '/console'

/** Why a browser is back at the first step; a word in the URL, the text is ours. */
export const NOTICES = {
  expired: 'Your sign-in took too long. Log in again.',
  'wrong-codes': 'Too many wrong codes. Log in again.',
} as const

/** What a browser has just done, likewise. */
export const DONE_NOTICES = {
  'password-changed': 'Your password is changed. Log in with the new one.',
} as const

export type Notice = keyof typeof NOTICES | keyof typeof DONE_NOTICES

/**
 * The text of a word in the URL; undefined for any other word, so that links put no words of theirs on the page.
 */
export const noticeText = (word: string | undefined): string | undefined => textOf(NOTICES, word)
/** As {@link noticeText}, of good news. */
export const doneText = (word: string | undefined): string | undefined => textOf(DONE_NOTICES, word)

const textOf = (texts: Readonly<Record<string, string>>, word: string | undefined): string | undefined =>
  word !== undefined && Object.hasOwn(texts, word) ? texts[word] : undefined

export interface SignInLink {
  readonly request?: string | undefined
  readonly redirectTo?: string | undefined
  readonly notice?: Notice | undefined
}

/** The sign-in page for somebody who is signed in, and is to show a password all the same. */
export const passwordHref = (request: string): string => `${signInHref({ request })}&prompt=login`

/** On with a pending request. */
export const continueHref = (request: string): string =>
  `${AUTHORIZE_PATH}/continue?${new URLSearchParams({ request })}`

export const stepUpHref = (request: string): string => `${STEP_UP_PATH}?${new URLSearchParams({ request })}`

/** The sign-in page, with what the sign-in is for. */
export const signInHref = ({ request, redirectTo, notice }: SignInLink): string => {
  const query = new URLSearchParams()
  if (request !== undefined) query.set('request', request)
  if (redirectTo !== undefined) query.set('redirect_to', redirectTo)
  if (notice !== undefined) query.set('notice', notice)
  return query.size === 0 ? SIGN_IN_PATH : `${SIGN_IN_PATH}?${query}`
}
