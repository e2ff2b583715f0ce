import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readFormOrFields } from '../http/fields.ts'
import type { Form } from '../http/form.ts'
import { readQuery } from '../http/form.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { page, redirect } from '../http/respond.ts'
import { malformed } from '../kernel/problem.ts'
import type { PendingAuthorization } from './authorization-flow.ts'
import type { BeginSignInDeps } from './begin-sign-in.ts'
import { beginSignIn } from './begin-sign-in.ts'
import { returnTarget } from './return-target.ts'
import { signInPage } from './sign-in.page.ts'
import type { BlockedView } from './sign-in-answers.routes.ts'
import { answerSignedIn, asOAuth, blockedView, visitorOf, WRONG } from './sign-in-answers.routes.ts'
import { ATTEMPT_SECONDS } from './sign-in-attempt.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import { goTo, requestOverProblem, sayAskedFor, sayPending } from './sign-in-json.routes.ts'
import {
  AUTHORIZE_PATH,
  CODE_PATH,
  doneText,
  LANDING_PATH,
  noticeText,
  SIGN_IN_PATH,
  stepUpHref,
} from './sign-in-paths.ts'

export interface SignInRoutesDeps extends SignInEdge {
  readonly signIn: BeginSignInDeps
}

const REQUEST_OVER = 'This login took too long. Go back to the app and start again, or log in here.'

/** What a sign-in is for. */
interface Purpose {
  readonly pending: PendingAuthorization | undefined
  readonly redirectTo: string | undefined
  readonly isRequestOver: boolean
}

interface SignInView extends Partial<BlockedView> {
  readonly username: string
  readonly done?: string | undefined
  readonly pageStatus?: number
  readonly areCredentialsWrong?: boolean
}

/** The first step: `/auth/login`, with and without the OAuth query. */
export const signInRoutes = (deps: SignInRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf, flow } = deps

  /** The pending request wins over the query: an OAuth query changed between the steps has no effect. */
  const purposeOf = async (
    c: Context<AppEnv>,
    query: Form,
    form: Form,
  ): Promise<
    { readonly kind: 'redirect'; readonly location: string } | ({ readonly kind: 'sign-in' } & Purpose)
  > => {
    const browser = cookies.flowHash(c)
    const redirectTo = returnTarget(form.get('redirect_to') ?? query.get('redirect_to'), deps.publicUrl)
    const request = form.get('request') ?? query.get('request')
    if (request !== undefined && request !== '') {
      const pending = await flow.find(request, browser)
      return { kind: 'sign-in', pending, redirectTo, isRequestOver: pending === undefined }
    }
    if (!isOAuth(query)) return { kind: 'sign-in', pending: undefined, redirectTo, isRequestOver: false }
    // NOTE: who sends a password wants to be who it is of, not who was here before.
    const session = c.req.method === 'POST' ? undefined : await deps.sessionOf(c)
    const begun = await flow.begin(new URLSearchParams([...query]), browser, session, c.env.origin)
    if (begun.kind === 'redirect') return begun
    return { kind: 'sign-in', pending: begun.pending, redirectTo, isRequestOver: false }
  }

  const show = async (c: Context<AppEnv>, { pending, redirectTo }: Purpose, view: SignInView) => {
    const { theme } = await deps.currentPolicy()
    return page(
      c,
      signInPage({
        theme,
        action: SIGN_IN_PATH,
        csrf: csrf.token(c),
        hidden: {
          ...(pending === undefined ? {} : { request: pending.request }),
          ...(redirectTo === undefined ? {} : { redirect_to: redirectTo }),
        },
        username: view.username,
        done: view.done,
        error: view.error,
        retryAfterSeconds: view.retryAfterSeconds,
        areCredentialsWrong: view.areCredentialsWrong,
        clientName: pending?.clientName,
      }),
      {
        status: view.status ?? view.pageStatus ?? 200,
        theme,
        formTargets: pending === undefined ? [] : [pending.redirectOrigin],
      },
    )
  }

  return new Hono<AppEnv>()
    .get(SIGN_IN_PATH, async (c) => {
      const query = readQuery(c)
      // NOTE: looking does nothing: HEAD issues no code.
      if (c.req.method === 'HEAD') return show(c, NO_PURPOSE, { username: '' })
      const purpose = await purposeOf(c, query, NO_FORM)
      if (purpose.kind === 'redirect') return goTo(c, deps, purpose.location)
      const { pending, redirectTo, isRequestOver } = purpose
      if (pending !== undefined && query.get('prompt') !== 'login' && prefersHtml(c)) {
        const session = await deps.sessionOf(c)
        if (
          session !== undefined &&
          (await flow.asksForCodeOnly(pending.request, cookies.flowHash(c), session))
        )
          return redirect(c, stepUpHref(pending.request))
      }
      const isFreeToGo = pending === undefined && !isRequestOver && query.get('prompt') !== 'login'
      // NOTE: on the way to an authorization request: only that request's own page may send its form on to the app.
      if (isFreeToGo && (isAuthorization(redirectTo) || (await deps.sessionOf(c)) !== undefined))
        return goTo(c, deps, redirectTo ?? LANDING_PATH)
      const loginHint = pending?.loginHint ?? query.get('login_hint')
      if (!prefersHtml(c)) {
        if (isRequestOver) throw requestOverProblem(REQUEST_OVER)
        return sayAskedFor(c, { pending, loginHint, csrf: csrf.token(c) })
      }
      return show(c, purpose, {
        username: loginHint ?? '',
        done: doneText(query.get('notice')),
        ...(isRequestOver ? { error: REQUEST_OVER } : errorOf(noticeText(query.get('notice')))),
      })
    })
    .post(SIGN_IN_PATH, async (c) => {
      const fields = await readFormOrFields(c)
      csrf.verifyFields(c, fields)
      const form = fields.values
      const loginName = form.get('username') ?? form.get('email') ?? form.get('login')
      const password = form.get('password')
      if (loginName === undefined) throw malformed('is missing; send one value', 'username')
      if (password === undefined) throw malformed('is missing; send one value', 'password')
      const purpose = await purposeOf(c, readQuery(c), form)
      if (purpose.kind === 'redirect') return goTo(c, deps, purpose.location)
      if (purpose.isRequestOver && !prefersHtml(c)) throw requestOverProblem(REQUEST_OVER)
      if (purpose.isRequestOver)
        return show(c, purpose, { username: loginName, pageStatus: 422, error: REQUEST_OVER })

      const destination = { request: purpose.pending?.request, redirectTo: purpose.redirectTo }
      const outcome = await beginSignIn(
        deps.signIn,
        { loginName, password, ...destination },
        visitorOf(c, deps),
      )
      switch (outcome.kind) {
        case 'signed-in':
          return answerSignedIn(c, deps, outcome)
        case 'second-factor':
          c.env.actor = { userId: outcome.userId }
          cookies.setAttempt(c, outcome.attemptToken, ATTEMPT_SECONDS)
          return prefersHtml(c)
            ? redirect(c, CODE_PATH)
            : sayPending(c, deps.signIn.clock, outcome.attemptToken, outcome)
        case 'wrong':
        case 'inactive':
          if (!prefersHtml(c)) throw asOAuth(outcome)
          return show(c, purpose, {
            username: loginName,
            pageStatus: 422,
            error: WRONG,
            areCredentialsWrong: true,
          })
        case 'throttled':
        case 'disabled':
          if (!prefersHtml(c)) throw asOAuth(outcome)
          return show(c, purpose, { username: loginName, ...blockedView(c, outcome) })
      }
    })
}

const NO_FORM: Form = new Map()
const NO_PURPOSE: Purpose = { pending: undefined, redirectTo: undefined, isRequestOver: false }

const isOAuth = (query: Form): boolean => query.has('client_id') || query.has('response_type')

/** Whether a path of ours begins an authorization request. */
const isAuthorization = (path: string | undefined): boolean => {
  if (path === undefined) return false
  const { pathname, searchParams } = new URL(path, 'http://localhost')
  return AUTHORIZATION_PATHS.includes(pathname) && isOAuth(new Map(searchParams))
}
const AUTHORIZATION_PATHS: readonly string[] = [AUTHORIZE_PATH, SIGN_IN_PATH]

const errorOf = (error: string | undefined) => (error === undefined ? {} : { error })
