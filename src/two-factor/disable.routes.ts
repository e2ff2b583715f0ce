import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { page, redirect } from '../http/respond.ts'
import { disableTwoFactorPage } from './disable.page.ts'
import { disableTwoFactor } from './disable-two-factor.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'
import {
  CODES_DISABLED,
  DISABLE,
  DISABLED_RETRY_SECONDS,
  readChange,
  readOwnForm,
  SETTINGS,
  sessionOrSignIn,
  WRONG_CODE,
} from './two-factor-deps.routes.ts'

interface DisableView {
  readonly status: number
  readonly error?: string
  readonly retryAfterSeconds?: number
  readonly endsOtherSessions?: boolean
}

/** GET and POST /auth/two-factor/disable. */
export const disableRoutes = (deps: TwoFactorRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>()
    .get(DISABLE, async (c) => {
      const session = await sessionOrSignIn(deps, c, DISABLE)
      if (session instanceof Response) return session
      const isEnrolled = await deps.factor.isEnrolled(session.userId)
      return isEnrolled ? showDisable(deps, c, { status: 200 }) : redirect(c, SETTINGS)
    })
    .post(DISABLE, async (c) => {
      const session = await sessionOrSignIn(deps, c, DISABLE)
      if (session instanceof Response) return session
      const change = await readChange(deps, c, session, await readOwnForm(deps, c))
      const { endsOtherSessions } = change
      const outcome = await disableTwoFactor(deps, change)
      switch (outcome.kind) {
        case 'switched-off':
        case 'already-off':
          return redirect(c, SETTINGS)
        case 'wrong':
          return showDisable(deps, c, { status: 422, error: WRONG_CODE, endsOtherSessions })
        case 'throttled':
          c.header('Retry-After', `${outcome.retryAfterSeconds}`)
          return showDisable(deps, c, { ...outcome, status: 429, endsOtherSessions })
        case 'disabled':
          c.header('Retry-After', `${DISABLED_RETRY_SECONDS}`)
          return showDisable(deps, c, { status: 429, error: CODES_DISABLED, endsOtherSessions })
      }
    })

const showDisable = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  { status, error, retryAfterSeconds, endsOtherSessions }: DisableView,
): Promise<Response> => {
  const { theme } = await deps.currentPolicy()
  return page(
    c,
    disableTwoFactorPage({
      theme,
      action: DISABLE,
      csrf: deps.csrf.token(c),
      error,
      retryAfterSeconds,
      endsOtherSessions,
      cancelHref: SETTINGS,
    }),
    { status, theme },
  )
}
