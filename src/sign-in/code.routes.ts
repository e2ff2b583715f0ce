import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AccountStore } from '../accounts/account.store.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Fields } from '../http/fields.ts'
import { readFormOrFields } from '../http/fields.ts'
import type { Form } from '../http/form.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { page, redirect } from '../http/respond.ts'
import { malformed } from '../kernel/problem.ts'
import { deliveryView, secondsUntil } from '../two-factor/webhook/code-delivery.page.ts'
import { codePage } from './code.page.ts'
import { nameOf } from './name-of.ts'
import type { ProveSecondFactorDeps } from './prove-second-factor.ts'
import { findAttempt, pendingCodeOf, proveSecondFactor, resendCode } from './prove-second-factor.ts'
import type { BlockedView } from './sign-in-answers.routes.ts'
import { answerSignedIn, asOAuth, blockedView, visitorOf } from './sign-in-answers.routes.ts'
import type { SignInAttempt } from './sign-in-attempt.ts'
import { MAX_WRONG_ANSWERS, resendAt } from './sign-in-attempt.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import { sayPending, sayWrongCode, startAgainProblem } from './sign-in-json.routes.ts'
import { CODE_PATH, RESEND_PATH, signInHref } from './sign-in-paths.ts'
import type { Visitor } from './visitor.ts'

export interface CodeRoutesDeps extends SignInEdge {
  readonly signIn: ProveSecondFactorDeps
  readonly accounts: Pick<AccountStore, 'find'>
}

/** The same for a wrong, a used and an old code. */
const WRONG = 'This code is not right, or it has been used already. Try again, or use a newer one.'

/**
 * The second step: the code page, its answer, and sending the code again. What the page shows is found in storage, so that
 * it may be opened again and in second tabs; only a reload of the answer to a wrong code sends that code again, and counts.
 */
export const codeRoutes = (deps: CodeRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf, flow, signIn } = deps

  const show = async (
    c: Context<AppEnv>,
    attempt: SignInAttempt,
    view: Partial<BlockedView> & { readonly pageStatus?: number } = {},
  ) => {
    const { theme } = await deps.currentPolicy()
    const { request, redirectTo } = attempt
    const pending = request === undefined ? undefined : await flow.find(request, cookies.flowHash(c))
    const account = await deps.accounts.find(attempt.userId)
    const now = signIn.clock.now().getTime()
    const sendableAt = resendAt(attempt)
    return page(
      c,
      codePage({
        theme,
        action: CODE_PATH,
        csrf: csrf.token(c),
        hidden: request === undefined ? {} : { request },
        error: view.error,
        retryAfterSeconds: view.retryAfterSeconds,
        delivery: deliveryView(attempt.delivery, now),
        resendAction: RESEND_PATH,
        canResend: sendableAt !== undefined && sendableAt <= now,
        resendAfterSeconds: sendableAt === undefined ? undefined : secondsUntil(sendableAt, now),
        signInHref: signInHref({ request, redirectTo }),
        username: account && nameOf(account),
        clientName: pending?.clientName,
      }),
      {
        status: view.status ?? view.pageStatus ?? 200,
        theme,
        formTargets: pending === undefined ? [] : [pending.redirectOrigin],
      },
    )
  }

  /** Back to the first step, with what the sign-in was for. */
  const startAgain = (c: Context<AppEnv>, attempt: SignInAttempt | undefined, form?: Form) => {
    if (!prefersHtml(c)) throw startAgainProblem(attempt)
    if (attempt === undefined) {
      const request = form?.get('request')
      return redirect(c, signInHref(request === undefined ? {} : { request, notice: 'expired' }))
    }
    const { request, redirectTo, wrongAnswers } = attempt
    const notice = wrongAnswers >= MAX_WRONG_ANSWERS ? 'wrong-codes' : 'expired'
    return redirect(c, signInHref({ request, redirectTo, notice }))
  }

  /** A UI says which sign-in it means: in an older tab the cookie may be of another one by now. */
  const visitorWith = (c: Context<AppEnv>, { values }: Fields): Visitor => {
    const visitor = visitorOf(c, deps)
    return { ...visitor, attemptToken: values.get('pending') ?? visitor.attemptToken }
  }

  return new Hono<AppEnv>()
    .get(CODE_PATH, async (c) => {
      const visitor = visitorOf(c, deps)
      const found = await findAttempt(signIn, visitor)
      if (found.kind === 'alive')
        return prefersHtml(c)
          ? show(c, found.attempt)
          : sayPending(c, signIn.clock, visitor.attemptToken ?? '', pendingCodeOf(found))
      return startAgain(c, found.kind === 'over' ? found.attempt : undefined)
    })
    .post(CODE_PATH, async (c) => {
      const fields = await readFormOrFields(c)
      csrf.verifyFields(c, fields)
      const form = fields.values
      const answer = form.get('token') ?? form.get('totp') ?? form.get('code') ?? form.get('otp')
      if (answer === undefined) throw malformed('is missing; send the code as one value', 'token')
      const outcome = await proveSecondFactor(signIn, answer, visitorWith(c, fields))
      if (outcome.kind !== 'none') c.env.actor = { userId: outcome.attempt.userId }
      switch (outcome.kind) {
        case 'none':
          return startAgain(c, undefined, form)
        case 'over':
          return startAgain(c, outcome.attempt)
        case 'wrong':
          if (!prefersHtml(c)) return sayWrongCode(c)
          return show(c, outcome.attempt, { pageStatus: 422, error: WRONG })
        case 'blocked':
          if (!prefersHtml(c)) throw asOAuth(outcome.block)
          return show(c, outcome.attempt, blockedView(c, outcome.block))
        case 'finished':
          return answerSignedIn(c, deps, outcome.signedIn)
      }
    })
    .post(RESEND_PATH, async (c) => {
      const fields = await readFormOrFields(c)
      csrf.verifyFields(c, fields)
      const visitor = visitorWith(c, fields)
      const found = await resendCode(signIn, visitor)
      if (found.kind === 'alive')
        return prefersHtml(c)
          ? redirect(c, CODE_PATH)
          : sayPending(c, signIn.clock, visitor.attemptToken ?? '', pendingCodeOf(found))
      return startAgain(c, found.kind === 'over' ? found.attempt : undefined, fields.values)
    })
}
