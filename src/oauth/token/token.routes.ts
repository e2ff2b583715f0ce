import type { Context } from 'hono'
import { Hono } from 'hono'
import { putHeader } from '../../http/answer-headers.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { FieldsAndLists } from '../../http/fields.ts'
import { readFieldsBy } from '../../http/fields.ts'
import { readQuery } from '../../http/form.ts'
import { answer } from '../../http/respond.ts'
import type { Clock } from '../../kernel/clock.ts'
import { malformed } from '../../kernel/problem.ts'
import type { TokenCall, TokenEndpointDeps } from './answer-token-request.ts'
import { answerTokenRequest } from './answer-token-request.ts'

export interface TokenRoutesDeps extends TokenEndpointDeps {
  readonly clock: Clock
}

/** `POST /auth/token` (RFC 6749 §3.2): form or JSON in, JSON out, never stored anywhere on the way. */
export const tokenRoutes = (deps: TokenRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  routes.post('/auth/token', async (c) => {
    const arrivedAt = deps.clock.now()
    refuseQuery(c)
    const body = await answerTokenRequest(deps, {
      authorization: c.req.header('authorization'),
      ...(await readParameters(c)),
      origin: c.env.origin,
      arrivedAt,
      identified: (clientId) => (c.env.actor = { clientId }),
    })
    putHeader(c, 'Pragma', 'no-cache')
    return answer(c, JSON.stringify(body), 200, 'application/json; charset=utf-8')
  })
  return routes
}

/** Credentials in a URL end up in logs (RFC 6749 §2.3.1). */
const refuseQuery = (c: Context): void => {
  for (const name of readQuery(c).keys())
    if (SECRETS.has(name)) throw malformed('must be in the body, never in the URL', name)
}

const SECRETS: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_assertion',
  'code',
  'code_verifier',
  'grant_type',
  'mfa_token',
  'password',
  'refresh_token',
  'subject_token',
  'token',
  'totp',
  'username',
])

const PARAMETERS = {
  known: new Set([
    ...SECRETS,
    'actor_token',
    'actor_token_type',
    'client_assertion_type',
    'redirect_uri',
    'requested_token_type',
    'scope',
    'subject_token_type',
  ]),
  lists: new Set(['audience', 'resource']),
}

/** A parameter without a value counts as left out (RFC 6749 §3.2). */
const readParameters = async (c: Context): Promise<Pick<TokenCall, 'parameters' | 'targets'>> => {
  const { values, lists } = await readFieldsBy(c, PARAMETERS)
  return {
    parameters: new Map([...values].filter(([, value]) => value !== '')),
    targets: { audience: given(lists, 'audience'), resource: given(lists, 'resource') },
  }
}

const given = (lists: FieldsAndLists['lists'], name: string): readonly string[] =>
  (lists.get(name) ?? []).filter((value) => value !== '')
