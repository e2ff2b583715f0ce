import { Hono } from 'hono'
import { putHeader } from '../../http/answer-headers.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { answer } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import { readClientForm } from '../client-request.routes.ts'
import { readClientCredentials } from '../token/client-credentials.ts'
import type { IdentifyClientDeps } from '../token/identify-client.ts'
import { identifyClient } from '../token/identify-client.ts'
import type { IntrospectDeps } from './introspect.ts'
import { findAskedAbout, introspect } from './introspect.ts'

/** `POST /auth/introspect` (RFC 7662), for clients that prove who they are. */
export const introspectRoutes = (deps: IntrospectDeps & IdentifyClientDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().post('/auth/introspect', async (c) => {
    const form = await readClientForm(c)
    const credentials = readClientCredentials(c.req.header('authorization'), form)
    const token = form.get('token')
    const found = token === undefined ? undefined : findAskedAbout(deps, token, form.get('token_type_hint'))
    // NOTE: nobody may scan for tokens: a client that cannot prove who it is has nothing to ask here (§2.1, §4).
    const { client } = await identifyClient(deps, credentials, c.env.origin, () => true)
    c.env.actor = { clientId: client.id }
    if (found === undefined) throw malformed('is missing; send the token to ask about', 'token')
    const body = await introspect(deps, client, await found)
    putHeader(c, 'Pragma', 'no-cache')
    return answer(c, JSON.stringify(body), 200, 'application/json; charset=utf-8')
  })
