import type { Context } from 'hono'
import { Hono } from 'hono'
import { putHeader } from '../../http/answer-headers.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import { readForm, readQuery } from '../../http/form.ts'
import { mediaTypeOf } from '../../http/media-type.ts'
import { answer } from '../../http/respond.ts'
import type { Clock } from '../../kernel/clock.ts'
import { oauthProblem, Problem } from '../../kernel/problem.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { NoticeRefusedBearer } from '../refused-bearer.ts'
import type { UserView } from '../user-view.ts'
import { readBearerToken } from './bearer-token.ts'
import { userClaims } from './user-claims.ts'
import type { UserinfoSession, UserinfoStore } from './userinfo.store.ts'
import { userInfoText } from './userinfo-text.ts'

export interface UserinfoRoutesDeps {
  readonly sessions: UserinfoStore
  readonly cookies: Cookies
  readonly clock: Clock
  readonly noticeRefused: NoticeRefusedBearer
}

/** `/auth/userinfo` (OpenID Connect Core §5.3): the person of a bearer token or of the browser's session cookie. */
export const userinfoRoutes = (deps: UserinfoRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  const show = async (c: Context, bodyToken: string | undefined): Promise<Response> => {
    const session = await authenticate(deps, c, bodyToken)
    if (session === undefined) return challenge(c)
    const { user, clientId } = session
    if (user === undefined)
      throw oauthProblem(
        'insufficient_scope',
        'the token acts for no user; userinfo is of a person who signed in',
        'Bearer',
      )
    c.env.actor = { userId: user.id, ...(clientId === undefined ? {} : { clientId }) }
    return answer(c, userinfoText(session, user), 200, 'application/json; charset=utf-8')
  }
  routes.get('/auth/userinfo', (c) => show(c, undefined))
  routes.post('/auth/userinfo', async (c) => show(c, await readBodyToken(c)))
  return routes
}

/** Who asked for `openid` is told what it asked for and nothing else (§5.3.2, §5.4); everybody else sees the User (ADR 12). */
const userinfoText = (session: UserinfoSession, user: UserView): string =>
  session.isOpenid
    ? JSON.stringify(userClaims(user, session.scopes, session.requestedClaims))
    : userInfoText(user)

const authenticate = async (
  deps: UserinfoRoutesDeps,
  c: Context,
  bodyToken: string | undefined,
): Promise<UserinfoSession | undefined> => {
  // NOTE: URLs are logged and kept in histories (RFC 6750 §2.3, RFC 9700 §4.3.2).
  if (readQuery(c).has('access_token'))
    throw oauthProblem(
      'invalid_request',
      'access_token must be in the Authorization header, never in the URL',
      'Bearer',
    )
  const now = deps.clock.now()
  const presented = readBearerToken(c.req.header('authorization'), bodyToken)
  if (presented.kind === 'other-scheme') return undefined
  if (presented.kind === 'none') {
    const cookie = deps.cookies.readSession(c)
    return cookie === undefined ? undefined : deps.sessions.findByCookie(hashSecretToken(cookie), now)
  }
  const session = await deps.sessions.findByAccessToken(hashSecretToken(presented.token), now)
  if (session === undefined) {
    await deps.noticeRefused(presented.token, c.env.origin)
    throw oauthProblem('invalid_token', 'the access token is unknown, expired or ended', 'Bearer')
  }
  return session
}

const readBodyToken = async (c: Context): Promise<string | undefined> => {
  const type = mediaTypeOf(c.req.header('content-type'))
  const isForm = type.kind === 'given' && type.name === 'application/x-www-form-urlencoded'
  return isForm ? (await readForm(c).catch(sayInvalidRequest)).get('access_token') : undefined
}

/** RFC 6750 §3: with the challenge, as every other fault of how a token is shown. */
const sayInvalidRequest = (error: unknown): never => {
  throw error instanceof Problem && error.details.kind === 'malformed'
    ? oauthProblem('invalid_request', error.message, 'Bearer')
    : error
}

/** No credentials, so no error code either (RFC 6750 §3.1). */
const challenge = (c: Context): Response => {
  putHeader(c, 'WWW-Authenticate', 'Bearer realm="Countersign"')
  const body = { error: 'login_required', error_description: 'send an access token, or sign in' }
  return answer(c, JSON.stringify(body), 401, 'application/json; charset=utf-8')
}
