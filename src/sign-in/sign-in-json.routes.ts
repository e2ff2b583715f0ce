import type { Context } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { answer, redirect } from '../http/respond.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { oauthProblem, Problem } from '../kernel/problem.ts'
import { deliveryJson } from '../two-factor/webhook/delivery-json.ts'
import type { PendingAuthorization } from './authorization-flow.ts'
import type { PendingCode } from './begin-sign-in.ts'
import type { SignInAttempt } from './sign-in-attempt.ts'
import { MAX_WRONG_ANSWERS } from './sign-in-attempt.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import { NOTICES } from './sign-in-paths.ts'

/** Sends a browser on, or tells a program where to: an absolute URL, or the app's redirect URI byte for byte. */
export const goTo = (
  c: Context<AppEnv>,
  { publicUrl }: Pick<SignInEdge, 'publicUrl'>,
  location: string,
): Response =>
  prefersHtml(c)
    ? redirect(c, location)
    : say(c, { redirect: location.startsWith('/') ? `${publicUrl}${location}` : location })

export interface AskedFor {
  readonly pending: PendingAuthorization | undefined
  readonly loginHint: string | undefined
  /** For whoever sends a form instead of JSON. */
  readonly csrf: string
}

/** What the first step asks for, as one's own UI needs it. */
export const sayAskedFor = (c: Context<AppEnv>, { pending, loginHint, csrf }: AskedFor): Response =>
  say(c, {
    methods: ['password'],
    ...(pending === undefined
      ? {}
      : { client: { id: pending.clientId, name: pending.clientName }, request: pending.request }),
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
    csrf,
  })

/**
 * What the second step asks for. `pending` names the sign-in, so that a code is never tried for one of another tab; it is
 * worth nothing without the browser's own cookie.
 */
export const sayPending = (
  c: Context<AppEnv>,
  clock: Clock,
  token: string,
  { methods, delivery, expiresAt }: PendingCode,
): Response => {
  const now = clock.now()
  return say(c, {
    pending: token,
    methods,
    delivery: deliveryJson(delivery, now),
    expires_in: Math.max(0, Math.ceil((expiresAt - now.getTime()) / 1000)),
  })
}

/** The same words for a wrong, a used and an old code as the JSON of the second factor has. */
export const sayWrongCode = (c: Context<AppEnv>): Response =>
  say(c, { error: 'wrong_token', error_description: 'Wrong token' }, 422)

/** The password has to be sent again. */
export const startAgainProblem = (attempt: SignInAttempt | undefined): Problem =>
  oauthProblem(
    'login_required',
    NOTICES[(attempt?.wrongAnswers ?? 0) >= MAX_WRONG_ANSWERS ? 'wrong-codes' : 'expired'],
  )

/** The authorization request that the sign-in was for is over. */
export const requestOverProblem = (message: string): Problem => new Problem({ kind: 'gone', message })

const say = (c: Context<AppEnv>, body: JsonObject, status = 200): Response =>
  answer(c, JSON.stringify(body), status, 'application/json; charset=utf-8')
