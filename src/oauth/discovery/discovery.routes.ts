import type { Context } from 'hono'
import { Hono } from 'hono'
import { makeAnswer, putHeader } from '../../http/answer-headers.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { MetadataFacts } from './server-metadata.ts'
import { serverMetadata } from './server-metadata.ts'

export interface DiscoveryRoutesDeps extends MetadataFacts {
  /** The JWK Set as JSON text. */
  readonly jwks: () => string | Promise<string>
}

/** Aidbox clients look under both. */
const PREFIXES = ['', '/fhir']
const MAX_AGE_SECONDS = 300

/** The well-known documents (RFC 8414 §3); public, cacheable, made once. */
export const discoveryRoutes = (deps: DiscoveryRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  const metadata = JSON.stringify(serverMetadata(deps))
  for (const prefix of PREFIXES) {
    for (const name of ['openid-configuration', 'oauth-authorization-server'])
      routes.get(`${prefix}/.well-known/${name}`, (c) => cacheable(c, metadata))
    routes.get(`${prefix}/.well-known/jwks.json`, (c) => {
      const jwks = deps.jwks()
      // NOTE: what is known is answered without a promise, as the metadata is.
      return typeof jwks === 'string' ? cacheable(c, jwks) : cacheableLater(c, jwks)
    })
  }
  return routes
}

const cacheableLater = async (c: Context, json: Promise<string>): Promise<Response> =>
  cacheable(c, await json)

const cacheable = (c: Context, json: string): Response => {
  putHeader(c, 'Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`)
  putHeader(c, 'Content-Type', 'application/json')
  return makeAnswer(c, json, 200)
}
