import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AccountStore } from '../accounts/account.store.ts'
import type { AppEnv } from '../http/app-env.ts'
import { readForm, readQuery } from '../http/form.ts'
import { page, redirect } from '../http/respond.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { PendingAuthorization } from './authorization-flow.ts'
import type { BeginStepUpDeps } from './begin-step-up.ts'
import { beginStepUp } from './begin-step-up.ts'
import { nameOf } from './name-of.ts'
import { visitorOf } from './sign-in-answers.routes.ts'
import { ATTEMPT_SECONDS } from './sign-in-attempt.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import { CODE_PATH, continueHref, passwordHref, STEP_UP_PATH, signInHref } from './sign-in-paths.ts'
import { stepUpPage } from './step-up.page.ts'

export interface StepUpRoutesDeps extends SignInEdge {
  readonly signIn: BeginStepUpDeps
  readonly accounts: Pick<AccountStore, 'find'>
}

type Situation =
  | { readonly kind: 'elsewhere'; readonly location: string }
  | {
      readonly kind: 'step-up'
      readonly pending: PendingAuthorization
      readonly session: BrowserSession
    }

/** A second factor for a session that was opened without it, where an application asks for one. */
export const stepUpRoutes = (deps: StepUpRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf, flow } = deps

  const situationOf = async (c: Context<AppEnv>, request: string): Promise<Situation> => {
    const browser = cookies.flowHash(c)
    const [session, pending] = [await deps.sessionOf(c), await flow.find(request, browser)]
    if (session === undefined || pending === undefined)
      return { kind: 'elsewhere', location: signInHref({ request }) }
    return (await flow.asksForCodeOnly(request, browser, session))
      ? { kind: 'step-up', pending, session }
      : { kind: 'elsewhere', location: continueHref(request) }
  }

  return new Hono<AppEnv>()
    .get(STEP_UP_PATH, async (c) => {
      const request = readQuery(c).get('request') ?? ''
      const situation = await situationOf(c, request)
      if (situation.kind === 'elsewhere') return redirect(c, situation.location)
      const { pending, session } = situation
      const { theme } = await deps.currentPolicy()
      const account = await deps.accounts.find(session.userId)
      const html = stepUpPage({
        theme,
        action: STEP_UP_PATH,
        csrf: csrf.token(c),
        hidden: { request: pending.request },
        clientName: pending.clientName,
        userName: account === undefined ? session.userId : nameOf(account),
        signInHref: passwordHref(pending.request),
      })
      return page(c, html, { theme, formTargets: [pending.redirectOrigin] })
    })
    .post(STEP_UP_PATH, async (c) => {
      const form = await readForm(c)
      csrf.verify(c, form)
      const request = form.get('request') ?? ''
      const situation = await situationOf(c, request)
      if (situation.kind === 'elsewhere') return redirect(c, situation.location)
      const { pending, session } = situation
      const token = await beginStepUp(deps.signIn, session, pending.request, visitorOf(c, deps))
      if (token === undefined) return redirect(c, passwordHref(pending.request))
      cookies.setAttempt(c, token, ATTEMPT_SECONDS)
      return redirect(c, CODE_PATH)
    })
}
