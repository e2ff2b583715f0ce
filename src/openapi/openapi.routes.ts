import { Hono } from 'hono'
import { makeAnswer, putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { JsonObject } from '../kernel/json.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'

export interface OpenapiRoutesDeps {
  /** Called at the first request alone, so that nobody else pays for it. */
  readonly makeDocument: () => Promise<JsonObject>
}

const MAX_AGE_SECONDS = 300

/** `GET /openapi.json`: what the server can do, for everybody, as the documentation has it. */
export const openapiRoutes = ({ makeDocument }: OpenapiRoutesDeps): Hono<AppEnv> => {
  let made: { readonly text: string; readonly tag: string } | undefined
  return new Hono<AppEnv>().get('/openapi.json', async (c) => {
    if (made === undefined) {
      const text = JSON.stringify(await makeDocument())
      made = { text, tag: `"${hashSecretToken(text)}"` }
    }
    putHeader(c, 'ETag', made.tag)
    putHeader(c, 'Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`)
    if (c.req.header('if-none-match')?.includes(made.tag)) return makeAnswer(c, null, 304)
    putHeader(c, 'Content-Type', 'application/json')
    return makeAnswer(c, made.text, 200)
  })
}
