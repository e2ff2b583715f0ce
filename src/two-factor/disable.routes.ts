import type { Context } from 'hono'
import { Hono } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { page, redirect } from '../http/respond.ts'
import type { BrowserSession } from '../sessions/session.ts'
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
import { deliveryView, secondsUntil } from './webhook/code-delivery.page.ts'
import { codeSendingOf } from './webhook/code-sending.ts'

const SEND = `${DISABLE}/send`

interface DisableView {
  readonly status: number
  readonly error?: string
  readonly retryAfterSeconds?: number
  readonly endsOtherSessions?: boolean
}

/** GET and POST /auth/two-factor/disable, and POST …/send to have a code sent. */
export const disableRoutes = (deps: TwoFactorRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>()
    .get(DISABLE, async (c) => {
      const session = await sessionOrSignIn(deps, c, DISABLE)
      if (session instanceof Response) return session
      const isEnrolled = await deps.factor.isEnrolled(session.userId)
      return isEnrolled ? showDisable(deps, c, session, { status: 200 }) : redirect(c, SETTINGS)
    })
    .post(SEND, async (c) => {
      const session = await sessionOrSignIn(deps, c, DISABLE)
      if (session instanceof Response) return session
      await readOwnForm(deps, c)
      await deps.factor.begin(session.userId, c.env.origin)
      return redirect(c, DISABLE)
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
          return showDisable(deps, c, session, { status: 422, error: WRONG_CODE, endsOtherSessions })
        case 'throttled':
          putHeader(c, 'Retry-After', `${outcome.retryAfterSeconds}`)
          return showDisable(deps, c, session, { ...outcome, status: 429, endsOtherSessions })
        case 'disabled':
          putHeader(c, 'Retry-After', `${DISABLED_RETRY_SECONDS}`)
          return showDisable(deps, c, session, { status: 429, error: CODES_DISABLED, endsOtherSessions })
      }
    })

const showDisable = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  { userId }: BrowserSession,
  { status, error, retryAfterSeconds, endsOtherSessions }: DisableView,
): Promise<Response> => {
  const { theme } = await deps.currentPolicy()
  const { delivery, sendableAt } = await codeSendingOf(deps, userId)
  const now = deps.clock.now().getTime()
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
      sending:
        sendableAt === undefined
          ? undefined
          : {
              action: SEND,
              pageHref: DISABLE,
              delivery: deliveryView(delivery, now),
              canSend: sendableAt <= now,
              sendAfterSeconds: secondsUntil(sendableAt, now),
            },
    }),
    { status, theme },
  )
}
