import { Hono } from 'hono'
import type { Asset } from '../html/assets.ts'
import { Problem } from '../kernel/problem.ts'
import { makeAnswer, putHeader } from './answer-headers.ts'
import type { AppEnv } from './app-env.ts'

/** Serves the files that pages link to. Their paths hold a hash of the content, so browsers keep them for ever. */
export const assetRoutes = (assets: ReadonlyMap<string, Asset>): Hono<AppEnv> =>
  new Hono<AppEnv>().get('/auth/assets/:file', (c) => {
    const asset = assets.get(c.req.path)
    if (asset === undefined)
      throw new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
    putHeader(c, 'Content-Type', asset.type)
    putHeader(c, 'Cache-Control', 'public, max-age=31536000, immutable')
    putHeader(c, 'Cross-Origin-Resource-Policy', 'same-origin')
    return makeAnswer(c, asset.bytes, 200)
  })
