import { Hono } from 'hono'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { answer } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import { readClientForm } from '../client-request.routes.ts'
import { readClientCredentials } from '../token/client-credentials.ts'
import type { IdentifyClientDeps } from '../token/identify-client.ts'
import { identifyClient } from '../token/identify-client.ts'
import type { RevokeDeps } from './revoke.ts'
import { revoke } from './revoke.ts'

/** `POST /auth/revoke` (RFC 7009); public clients may end their own tokens (§2.1). */
export const revokeRoutes = (deps: RevokeDeps & IdentifyClientDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().post('/auth/revoke', async (c) => {
    const form = await readClientForm(c)
    const credentials = readClientCredentials(c.req.header('authorization'), form)
    const origin = c.env.origin
    const { client } = await identifyClient(deps, credentials, origin, isSecretRequired)
    c.env.actor = { clientId: client.id }
    const token = form.get('token')
    if (token === undefined) throw malformed('is missing; send the token to end', 'token')
    await revoke(deps, client, { token, hint: form.get('token_type_hint'), origin })
    return answer(c, '', 200, 'text/plain; charset=utf-8')
  })
