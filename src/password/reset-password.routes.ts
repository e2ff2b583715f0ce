import type { Context } from 'hono'
import { Hono } from 'hono'
import type { CurrentAuthPolicy } from '../auth-config/auth-config.ts'
import type { Html } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'
import type { AppEnv } from '../http/app-env.ts'
import { readFields } from '../http/fields.ts'
import type { Form } from '../http/form.ts'
import { readQuery } from '../http/form.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { page, redirect } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import { nameOf } from '../sign-in/name-of.ts'
import { returnTarget } from '../sign-in/return-target.ts'
import { RESET_PASSWORD_PATH, signInHref } from '../sign-in/sign-in-paths.ts'
import { deliveryView, secondsUntil } from '../two-factor/webhook/code-delivery.page.ts'
import type { CodeSendingDeps } from '../two-factor/webhook/code-sending.ts'
import { codeSendingOf } from '../two-factor/webhook/code-sending.ts'
import { deliveryJson } from '../two-factor/webhook/delivery-json.ts'
import type { NewPasswordErrors } from './new-password.page.ts'
import { NOT_THE_SAME, policyInWords } from './new-password.page.ts'
import {
  answerPassword,
  answerPolicyViolation,
  isRepeatedWrong,
  putRetryAfter,
  required,
} from './password-answers.routes.ts'
import { deadLinkPage, newPasswordPage, resetCodePage } from './reset-password.page.ts'
import type { OpenReset, ResetPasswordDeps } from './reset-password.ts'
import { confirmReset, findReset, resetPassword } from './reset-password.ts'

export interface ResetPasswordRoutesDeps extends ResetPasswordDeps, Omit<CodeSendingDeps, 'clock'> {
  readonly currentPolicy: CurrentAuthPolicy
  readonly publicUrl: string
}

const CONFIRM_PATH = '/auth/reset-password-mfa'
const SEND_PATH = `${CONFIRM_PATH}/send`

/** How long a program has for the new password after the code, and how long a person who has to think of one and type it. */
const PROGRAM_SECONDS = 60
const PERSON_SECONDS = 5 * 60

const WRONG_CODE = 'This code is not right, or it has been used already. Try again, or use a newer one.'
const CODES_DISABLED = 'Too many wrong codes. Ask your administrator to reset two-factor for you.'

/** What a link is for: the token, and a path of ours to go on to. */
interface Visit {
  readonly text: string
  readonly target: string | undefined
}

interface ResetView {
  readonly status?: number
  readonly error?: string
  readonly retryAfterSeconds?: number
  readonly errors?: NewPasswordErrors
}

/**
 * GET and POST /auth/reset-password, POST /auth/reset-password-mfa and …/send. The token says whose password it is and that
 * one may: neither a cookie nor a page of ours is asked for, as there may be no session and none is opened.
 */
export const resetPasswordRoutes = (deps: ResetPasswordRoutesDeps): Hono<AppEnv> => {
  const visitOf = (values: Form, text: string): Visit => ({
    text,
    target: returnTarget(values.get('redirect_to'), deps.publicUrl),
  })
  const hrefOf = ({ text, target }: Visit): string =>
    `${RESET_PASSWORD_PATH}?${new URLSearchParams({ token: text, ...(target === undefined ? {} : { redirect_to: target }) })}`

  const showPage = async (
    c: Context<AppEnv>,
    render: (theme: Theme) => Html | Promise<Html>,
    status: number,
  ): Promise<Response> => {
    const theme = ownLoadsOnly((await deps.currentPolicy()).theme)
    return page(c, await render(theme), { status, theme, referrerPolicy: 'no-referrer' })
  }

  const showDead = (c: Context<AppEnv>, { target }: Pick<Visit, 'target'>): Promise<Response> =>
    showPage(c, (theme) => deadLinkPage({ theme, signInHref: signInHref({ redirectTo: target }) }), 400)

  const show = async (
    c: Context<AppEnv>,
    visit: Visit,
    { token, account, asksFor }: OpenReset,
    { status = 200, errors, ...view }: ResetView = {},
  ): Promise<Response> => {
    const { text, target } = visit
    const now = deps.clock.now().getTime()
    const hidden = { token: text, ...(target === undefined ? {} : { redirect_to: target }) }
    const shared = { hidden, cancelHref: signInHref({ redirectTo: target }) }
    if (asksFor === undefined)
      return showPage(
        c,
        (theme) =>
          newPasswordPage({
            ...shared,
            theme,
            action: RESET_PASSWORD_PATH,
            userName: nameOf(account),
            minLength: deps.passwordMinLength,
            errors,
            withinSeconds: token.proof === 'set' ? secondsUntil(token.expiresAt, now) : undefined,
          }),
        status,
      )
    const { delivery, sendableAt } = await codeSendingOf(deps, account.id)
    const sending =
      sendableAt === undefined
        ? undefined
        : {
            action: SEND_PATH,
            pageHref: hrefOf(visit),
            canSend: sendableAt <= now,
            sendAfterSeconds: secondsUntil(sendableAt, now),
          }
    const codePage = {
      ...shared,
      ...view,
      action: CONFIRM_PATH,
      delivery: deliveryView(delivery, now),
      sending,
    }
    return showPage(c, (theme) => resetCodePage({ ...codePage, theme }), status)
  }

  /** The page as it is now, with what was wrong; or that the link died meanwhile. */
  const showAgain = async (c: Context<AppEnv>, visit: Visit, view: ResetView): Promise<Response> => {
    const found = await findReset(deps, visit.text, c.env.origin)
    return found.kind === 'open' ? show(c, visit, found, view) : showDead(c, visit)
  }

  const invalid = (c: Context<AppEnv>, visit: Visit): Response | Promise<Response> =>
    prefersHtml(c) ? showDead(c, visit) : answerPassword(c, 'password_reset_token_invalid')

  return new Hono<AppEnv>()
    .get(RESET_PASSWORD_PATH, async (c) => {
      const query = readQuery(c)
      const visit = visitOf(query, query.get('token') ?? '')
      const found = await findReset(deps, visit.text, c.env.origin)
      return found.kind === 'open' ? show(c, visit, found) : showDead(c, visit)
    })
    .post(RESET_PASSWORD_PATH, async (c) => {
      const { values } = await readFields(c)
      const visit = visitOf(values, required(values, 'token'))
      const newPassword = required(values, 'newPassword')
      const isPage = prefersHtml(c)
      if (isPage && isRepeatedWrong(values))
        return showAgain(c, visit, { status: 422, errors: { repeated: NOT_THE_SAME } })
      const outcome = await resetPassword(deps, visit.text, newPassword, c.env.origin)
      switch (outcome.kind) {
        case 'completed':
          c.env.actor = { userId: outcome.userId }
          if (!isPage) return answerPassword(c, 'password_reset_completed')
          return redirect(c, visit.target ?? signInHref({ notice: 'password-changed' }))
        case 'invalid':
          return invalid(c, visit)
        case 'second-factor-missing':
          return isPage ? redirect(c, hrefOf(visit)) : answerPassword(c, 'mfa_required')
        case 'not-good-enough':
          if (!isPage) return answerPolicyViolation(c, deps.passwordMinLength)
          return showAgain(c, visit, {
            status: 422,
            errors: { password: policyInWords(deps.passwordMinLength) },
          })
      }
    })
    .post(CONFIRM_PATH, async (c) => {
      const { values } = await readFields(c)
      const visit = visitOf(values, required(values, 'token'))
      const code = values.get('code') ?? values.get('otp') ?? required(values, 'totp')
      const isPage = prefersHtml(c)
      const seconds = isPage ? PERSON_SECONDS : PROGRAM_SECONDS
      const outcome = await confirmReset(deps, visit.text, code, seconds, c.env.origin)
      switch (outcome.kind) {
        case 'confirmed':
          return isPage
            ? redirect(c, hrefOf({ ...visit, text: outcome.token }))
            : answerPassword(c, 'totp_confirmed', { passwordSetToken: outcome.token })
        case 'invalid':
          return invalid(c, visit)
        case 'wrong':
          return isPage
            ? showAgain(c, visit, { status: 422, error: WRONG_CODE })
            : answerPassword(c, 'totp_invalid')
        case 'throttled':
        case 'disabled': {
          const retryAfterSeconds = putRetryAfter(c, outcome)
          if (!isPage) throw new Problem({ kind: 'rate-limited', retryAfterSeconds })
          const why = outcome.kind === 'throttled' ? { retryAfterSeconds } : { error: CODES_DISABLED }
          return showAgain(c, visit, { status: 429, ...why })
        }
      }
    })
    .post(SEND_PATH, async (c) => {
      const { values } = await readFields(c)
      const visit = visitOf(values, required(values, 'token'))
      const found = await findReset(deps, visit.text, c.env.origin)
      if (found.kind === 'invalid') return invalid(c, visit)
      const { asksFor, account } = found
      const delivery = await asksFor?.begin(account.id, c.env.origin)
      if (prefersHtml(c)) return redirect(c, hrefOf(visit))
      return answerPassword(c, 'totp_delivery', {
        delivery: deliveryJson(delivery ?? { kind: 'none' }, deps.clock.now()),
      })
    })
}

/** NOTE: a page that holds such a token loads nothing from elsewhere, where somebody could learn of the visit. */
const ownLoadsOnly = (theme: Theme): Theme => {
  const isOwn = (url: string): boolean => url.startsWith('/') || url.startsWith('data:')
  const { brand, styleUrl } = theme
  return {
    ...theme,
    brand: brand?.kind === 'image' && !isOwn(brand.url) ? undefined : brand,
    styleUrl: styleUrl !== undefined && isOwn(styleUrl) ? styleUrl : undefined,
  }
}
