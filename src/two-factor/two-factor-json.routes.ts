import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import type { Fields } from '../http/fields.ts'
import { readFields } from '../http/fields.ts'
import type { Form } from '../http/form.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { answer } from '../http/respond.ts'
import type { JsonObject } from '../kernel/json.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { RECENT_MILLISECONDS } from '../sessions/browser-session.ts'
import type { ChangingSession, Refusal, TwoFactorChange } from './change-two-factor.ts'
import { failureOf } from './change-two-factor.ts'
import type { ChangingSessionDeps } from './changing-session.routes.ts'
import { changingSession } from './changing-session.routes.ts'
import { disableTwoFactor } from './disable-two-factor.ts'
import { enableTwoFactor, openEnrolment } from './enable-two-factor.ts'
import { RESEND_MILLISECONDS } from './second-factor.ts'
import type { PendingTotp } from './totp/totp.store.ts'
import { totpUri } from './totp/totp-uri.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'
import { DISABLED_RETRY_SECONDS } from './two-factor-deps.routes.ts'
import { deliveryJson } from './webhook/delivery-json.ts'
import type { Sending } from './webhook/send-once.ts'

export interface TwoFactorJsonDeps extends TwoFactorRoutesDeps, ChangingSessionDeps {
  readonly sendPendingCode: (pending: PendingTotp, origin: RequestOrigin) => Promise<Sending | undefined>
}

/** Ours, and the one that front ends of the demo call. */
const PREFIXES = ['/auth/two-factor', '/app/auth/two-factor']

/** As long as `User.twoFactor.transport` may be. */
const LONGEST_TRANSPORT = 64

/** The same rules as on the pages, told with these words (contract 4.6). */
const REFUSALS = {
  already_enabled: '2FA is already enabled',
  not_requested: '2FA is not requested',
  not_enabled: '2FA is not enabled',
  wrong_token: 'Wrong token',
} as const

/**
 * `POST request`, `confirm`, `disable` and `disable/send` in JSON, for one's own UI: a bearer token of a first-party app, or
 * the session cookie. `disable` shares its address with the page: forms of browsers pass on to that.
 */
export const twoFactorJsonRoutes = (deps: TwoFactorJsonDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()

  const readChange = async (
    c: Context<AppEnv>,
  ): Promise<{ readonly fields: Fields; readonly session: ChangingSession }> => {
    const fields = await readFields(c)
    return { fields, session: await changingSession(deps, c, fields) }
  }
  const changeOf = async (
    c: Context<AppEnv>,
    session: ChangingSession,
    { values }: Fields,
  ): Promise<TwoFactorChange> => ({
    session,
    answer: codeOf(values),
    endsOtherSessions: false,
    origin: c.env.origin,
    deviceId: await deps.deviceIdOf(c, session.userId),
  })

  const request = async (c: Context<AppEnv>): Promise<Response> => {
    const { fields, session } = await readChange(c)
    const transport = transportOf(fields.values)
    const { webhook, issuerName } = await deps.currentPolicy()
    if (transport !== undefined && webhook === undefined) throw noWebhook()
    const enrolment = await openEnrolment(deps, session, transport ?? null)
    if (enrolment.kind === 'already-enabled') return refuse(c, 'already_enabled')
    if (enrolment.kind === 'needs-password') throw await tooOld(c, session)
    const { pending } = enrolment
    if (transport === undefined) {
      const account = (await deps.accounts.find(session.userId))?.email ?? session.userId
      const { secret } = pending
      return say(c, { uri: totpUri({ issuer: issuerName, account, secret, algorithm: 'SHA1' }) })
    }
    const sending = await deps.sendPendingCode(pending, c.env.origin)
    if (sending === undefined) throw noWebhook()
    if (!sending.isNew) throw waitFor(deliveryJson(sending.delivery, deps.clock.now()).resend_after)
    if (sending.delivery.kind === 'failed')
      throw new Problem({
        kind: 'unavailable',
        retryAfterSeconds: RESEND_MILLISECONDS / 1000,
        message: 'the code could not be sent; ask again later, or leave transport out to get a key',
      })
    return say(c, {})
  }

  const confirm = async (c: Context<AppEnv>): Promise<Response> => {
    const { fields, session } = await readChange(c)
    const outcome = await enableTwoFactor(deps, await changeOf(c, session, fields))
    switch (outcome.kind) {
      case 'enabled':
        return say(c, {})
      case 'already-enabled':
        return refuse(c, 'already_enabled')
      case 'expired':
        return refuse(c, 'not_requested')
      case 'wrong':
        return refuse(c, 'wrong_token')
      case 'needs-password':
        throw await tooOld(c, session)
      case 'throttled':
      case 'disabled':
        throw blocked(outcome)
    }
  }

  const disable = async (c: Context<AppEnv>): Promise<Response> => {
    const { fields, session } = await readChange(c)
    const outcome = await disableTwoFactor(deps, await changeOf(c, session, fields))
    switch (outcome.kind) {
      case 'switched-off':
        return say(c, {})
      case 'already-off':
        return refuse(c, 'not_enabled')
      case 'wrong':
        return refuse(c, 'wrong_token')
      case 'throttled':
      case 'disabled':
        throw blocked(outcome)
    }
  }

  const send = async (c: Context<AppEnv>): Promise<Response> => {
    const { session } = await readChange(c)
    if (!(await deps.factor.isEnrolled(session.userId))) return refuse(c, 'not_enabled')
    const delivery = await deps.factor.begin(session.userId, c.env.origin)
    return say(c, { delivery: deliveryJson(delivery, deps.clock.now()) })
  }

  /** RFC 9470 §3: the app sends the person to sign in again, with `max_age`. */
  const tooOld = async (c: Context<AppEnv>, session: ChangingSession): Promise<Problem> => {
    const change = {
      session,
      answer: '',
      endsOtherSessions: false,
      origin: c.env.origin,
      deviceId: undefined,
    }
    await deps.auditLog.record(failureOf('two-factor-enable', change, 'old-sign-in'))
    return new Problem({
      kind: 'oauth',
      error: 'insufficient_user_authentication',
      description: 'the sign-in is older than ten minutes; sign in again',
      challenge: 'Bearer',
      maxAgeSeconds: RECENT_MILLISECONDS / 1000,
    })
  }

  for (const prefix of PREFIXES) {
    routes.post(`${prefix}/request`, request)
    routes.post(`${prefix}/confirm`, confirm)
  }
  const [ours, alias] = PREFIXES
  routes.post(`${alias}/disable`, disable)
  routes.post(`${alias}/disable/send`, send)
  routes.post(`${ours}/disable`, (c, next) => (prefersHtml(c) ? next() : disable(c)))
  routes.post(`${ours}/disable/send`, (c, next) => (prefersHtml(c) ? next() : send(c)))
  return routes
}

const say = (c: Context<AppEnv>, body: JsonObject): Response =>
  answer(c, JSON.stringify(body), 200, 'application/json; charset=utf-8')

const refuse = (c: Context<AppEnv>, error: keyof typeof REFUSALS): Response =>
  answer(
    c,
    JSON.stringify({ error, error_description: REFUSALS[error] }),
    422,
    'application/json; charset=utf-8',
  )

const noWebhook = (): Problem =>
  malformed('no webhook is set that could send a code; leave it out to get a key', 'transport')

/** An empty one is as good as none: front ends send what a field holds. */
const transportOf = (values: Form): string | undefined => {
  const transport = values.get('transport') ?? ''
  if (transport.length > LONGEST_TRANSPORT)
    throw malformed(`expected at most ${LONGEST_TRANSPORT} characters`, 'transport')
  return transport === '' ? undefined : transport
}

const codeOf = (values: Form): string => {
  const code = values.get('token') ?? values.get('totp') ?? values.get('code') ?? values.get('otp')
  if (code === undefined) throw malformed('is missing; send the code as a string', 'token')
  return code
}

const blocked = (refusal: Refusal): Problem =>
  waitFor(refusal.kind === 'throttled' ? refusal.retryAfterSeconds : DISABLED_RETRY_SECONDS)

const waitFor = (retryAfterSeconds = RESEND_MILLISECONDS / 1000): Problem =>
  new Problem({ kind: 'rate-limited', retryAfterSeconds })
