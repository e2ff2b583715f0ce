import type { Hono } from 'hono'
import type { AppEnv } from './http/app-env.ts'
import { openapiRoutes } from './openapi/openapi.routes.ts'
import { readPackageFacts } from './openapi/package-facts.node.ts'

/** `/openapi.json`. NOTE: what describes the server is loaded when it is asked for: it is larger than what it describes. */
export const createOpenapi = (publicUrl: string): Hono<AppEnv> =>
  openapiRoutes({
    makeDocument: async () => {
      const { openapiDocument } = await import('./openapi/document.ts')
      return openapiDocument({ ...readPackageFacts(), publicUrl })
    },
  })
