export const SIGN_IN_PATH = '/auth/login'
export const AUTHORIZE_PATH = '/auth/authorize'
export const CODE_PATH = '/auth/login/2fa/confirm'
export const RESEND_PATH = '/auth/login/2fa/refresh'
export const SIGN_OUT_PATH = '/auth/logout'
export const TWO_FACTOR_PATH = '/auth/two-factor'
export const LANDING_PATH = '/'

/** Why a browser is back at the first step; a word in the URL, the text is ours. */
export const NOTICES = {
  expired: 'Your sign-in took too long. Log in again.',
  'wrong-codes': 'Too many wrong codes. Log in again.',
} as const

export type Notice = keyof typeof NOTICES

/**
 * The text of a word in the URL; undefined for any other word, so that links put no words of theirs on the page.
 */
export const noticeText = (word: string | undefined): string | undefined =>
  word !== undefined && Object.hasOwn(NOTICES, word) ? NOTICES[word as Notice] : undefined

export interface SignInLink {
  readonly request?: string | undefined
  readonly redirectTo?: string | undefined
  readonly notice?: Notice | undefined
}

/** The sign-in page, with what the sign-in is for. */
export const signInHref = ({ request, redirectTo, notice }: SignInLink): string => {
  const query = new URLSearchParams()
  if (request !== undefined) query.set('request', request)
  if (redirectTo !== undefined) query.set('redirect_to', redirectTo)
  if (notice !== undefined) query.set('notice', notice)
  return query.size === 0 ? SIGN_IN_PATH : `${SIGN_IN_PATH}?${query}`
}
