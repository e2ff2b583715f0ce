import type { Context } from 'hono'
import { Hono } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { answerEmpty, page, redirect } from '../http/respond.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { TwoFactorChange } from './change-two-factor.ts'
import { confirmPasswordPage } from './confirm-password.page.ts'
import { enableTwoFactorPage } from './enable.page.ts'
import { enableTwoFactor, openEnrolment } from './enable-two-factor.ts'
import { qrSvg } from './totp/qr.ts'
import type { PendingTotp } from './totp/totp.store.ts'
import { totpUri } from './totp/totp-uri.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'
import {
  CODES_DISABLED,
  CONFIRM_PASSWORD,
  DISABLED_RETRY_SECONDS,
  ENABLE,
  readChange,
  readOwnForm,
  SETTINGS,
  sessionOrSignIn,
  userNameOf,
  WRONG_CODE,
} from './two-factor-deps.routes.ts'

const EXPIRED_KEY = 'That key has expired. Remove it from your app, scan this new one and enter its code.'

/** What a page says besides itself: why it is shown again. */
interface Complaint {
  readonly error?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly status: number
}

const FINE: Complaint = { status: 200 }

/** GET and POST /auth/two-factor/enable, and the password in between where the sign-in is old. */
export const enableRoutes = (deps: TwoFactorRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>()
    .get(ENABLE, async (c) => {
      const session = await sessionOrSignIn(deps, c, ENABLE)
      if (session instanceof Response) return session
      // NOTE: a HEAD changes nothing, and the page needs a pending secret.
      return c.req.method === 'HEAD' ? answerEmpty(c, 200) : showEnrolment(deps, c, session, FINE)
    })
    .post(ENABLE, async (c) => {
      const session = await sessionOrSignIn(deps, c, ENABLE)
      if (session instanceof Response) return session
      const change = await readChange(deps, c, session, await readOwnForm(deps, c))
      const outcome = await enableTwoFactor(deps, change)
      switch (outcome.kind) {
        case 'enabled':
        case 'already-enabled':
          return redirect(c, SETTINGS)
        case 'needs-password':
          return showConfirmPassword(deps, c, session, FINE)
        case 'expired': {
          const still = await sessionOrSignIn(deps, c, ENABLE)
          if (still instanceof Response) return still
          return showEnrolment(deps, c, session, { error: EXPIRED_KEY, status: 422 }, change)
        }
        case 'wrong':
          return showEnrolment(deps, c, session, { error: WRONG_CODE, status: 422 }, change)
        case 'throttled':
          return showEnrolment(deps, c, session, { ...outcome, status: 429 }, change)
        case 'disabled':
          setRetryAfter(c, DISABLED_RETRY_SECONDS)
          return showEnrolment(deps, c, session, { error: CODES_DISABLED, status: 429 }, change)
      }
    })
    .get(CONFIRM_PASSWORD, (c) => redirect(c, ENABLE))
    .post(CONFIRM_PASSWORD, async (c) => {
      const session = await sessionOrSignIn(deps, c, ENABLE)
      if (session instanceof Response) return session
      const form = await readOwnForm(deps, c)
      const deviceId = await deps.deviceIdOf(c, session.userId)
      const password = form.get('password') ?? ''
      const proof = await deps.reprovePassword(session, password, c.env.origin, deviceId)
      switch (proof.kind) {
        case 'proven':
          return redirect(c, ENABLE)
        case 'wrong':
          return showConfirmPassword(deps, c, session, { error: 'That password is not right.', status: 422 })
        case 'throttled':
          return showConfirmPassword(deps, c, session, { ...proof, status: 429 })
        case 'disabled':
          setRetryAfter(c, DISABLED_RETRY_SECONDS)
          return showConfirmPassword(deps, c, session, {
            error: 'Too many wrong passwords. Ask your administrator to reset yours.',
            status: 429,
          })
      }
    })

const showEnrolment = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  session: BrowserSession,
  complaint: Complaint,
  change?: TwoFactorChange,
): Promise<Response> => {
  const enrolment = await openEnrolment(deps, session)
  switch (enrolment.kind) {
    case 'already-enabled':
      return redirect(c, SETTINGS)
    case 'needs-password':
      return showConfirmPassword(deps, c, session, FINE)
    case 'pending':
      return showPending(deps, c, enrolment.pending, complaint, change)
  }
}

const showPending = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  { userId, secret, expiresAt }: PendingTotp,
  { error, retryAfterSeconds, status }: Complaint,
  change: TwoFactorChange | undefined,
): Promise<Response> => {
  const { theme, issuerName } = await deps.currentPolicy()
  const account = (await deps.accounts.find(userId))?.email ?? userId
  const uri = totpUri({ issuer: issuerName, account, secret, algorithm: 'SHA1' })
  setRetryAfter(c, retryAfterSeconds)
  return page(
    c,
    enableTwoFactorPage({
      theme,
      action: ENABLE,
      csrf: deps.csrf.token(c),
      qrSvg: qrSvg(uri),
      uri,
      key: secret,
      expiresInSeconds: Math.ceil((expiresAt - deps.clock.now().getTime()) / 1000),
      error,
      retryAfterSeconds,
      endsOtherSessions: change?.endsOtherSessions,
      cancelHref: SETTINGS,
    }),
    { status, theme },
  )
}

const showConfirmPassword = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  session: BrowserSession,
  { error, retryAfterSeconds, status }: Complaint,
): Promise<Response> => {
  const { theme } = await deps.currentPolicy()
  setRetryAfter(c, retryAfterSeconds)
  return page(
    c,
    confirmPasswordPage({
      theme,
      action: CONFIRM_PASSWORD,
      csrf: deps.csrf.token(c),
      userName: await userNameOf(deps, session.userId),
      error,
      retryAfterSeconds,
      cancelHref: SETTINGS,
    }),
    { status, theme },
  )
}

const setRetryAfter = (c: Context<AppEnv>, seconds: number | undefined): void => {
  if (seconds !== undefined) putHeader(c, 'Retry-After', `${seconds}`)
}
