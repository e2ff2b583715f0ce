import type { Context } from 'hono'
import type { AuditEventName } from '../audit/audit-event.ts'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Fields } from '../http/fields.ts'
import { oauthProblem, Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { TokenSession } from '../sessions/session.ts'
import type { ChangingSession } from './change-two-factor.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'

export interface ChangingSessionDeps
  extends Pick<TwoFactorRoutesDeps, 'auditLog' | 'csrf' | 'currentSession'> {
  /** @throws {Problem} oauth/invalid_token — a Bearer header that cannot be read */
  readonly readBearerToken: (
    authorization: string | undefined,
  ) =>
    | { readonly kind: 'none' }
    | { readonly kind: 'token'; readonly token: string }
    | { readonly kind: 'other-scheme' }
  readonly findTokenSession: (token: string, origin: RequestOrigin) => Promise<TokenSession | undefined>
  /** Whether an app is the operator's own. */
  readonly isFirstParty: (clientId: string) => Promise<boolean>
  /** What is changed, where it is not the second factor: how its audit events are named, and what to call it. */
  readonly changes?: { readonly event: AuditEventName; readonly what: string }
}

/**
 * Who calls the JSON of the second factor: the bearer of a user's access token (RFC 6750), or a browser by its session cookie.
 * A given Authorization header decides alone. Only a first-party app may: whoever enrols an authenticator holds a key of the
 * account and can lock its owner out, which no scope that a person grants to somebody else's app says.
 * @throws {Problem} unauthenticated; forbidden — by cookie from another site; oauth/invalid_token, insufficient_scope
 */
export const changingSession = async (
  deps: ChangingSessionDeps,
  c: Context<AppEnv>,
  fields: Fields,
): Promise<ChangingSession> => {
  const presented = deps.readBearerToken(c.req.header('authorization'))
  if (presented.kind === 'token') return byToken(deps, c, presented.token)
  const session = presented.kind === 'none' ? await deps.currentSession(c) : undefined
  if (session === undefined) {
    putHeader(c, 'WWW-Authenticate', 'Bearer realm="Countersign"')
    throw new Problem({ kind: 'unauthenticated' })
  }
  deps.csrf.verifyFields(c, fields)
  return session
}

const byToken = async (
  deps: ChangingSessionDeps,
  c: Context<AppEnv>,
  token: string,
): Promise<ChangingSession> => {
  const session = await deps.findTokenSession(token, c.env.origin)
  if (session === undefined)
    throw oauthProblem('invalid_token', 'the access token is unknown, expired or ended', 'Bearer')
  const { event, what } = deps.changes ?? { event: 'two-factor-access', what: 'the second factor' }
  const { id, familyId, userId, clientId, authenticatedAt } = session
  c.env.actor = {
    ...(userId === undefined ? {} : { userId }),
    ...(clientId === undefined ? {} : { clientId }),
  }
  if (userId === undefined || clientId === undefined)
    throw oauthProblem('insufficient_scope', 'the token acts for no user', 'Bearer')
  if (!(await deps.isFirstParty(clientId))) {
    await deps.auditLog.record({
      event,
      outcome: 'failure',
      reason: 'not-first-party',
      userId,
      clientId,
      actor: `User/${userId}`,
      origin: c.env.origin,
    })
    throw oauthProblem(
      'insufficient_scope',
      `only an app with first_party: true may change ${what}`,
      'Bearer',
    )
  }
  // NOTE: a token for which nobody signed in counts as one of a sign-in long ago.
  return { id, userId, authenticatedAt: authenticatedAt ?? 0, enrolmentId: familyId, clientId }
}
