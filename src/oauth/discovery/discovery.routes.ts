import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../../http/app-env.ts'
import { withCors } from '../../http/cors.ts'
import type { MetadataFacts } from './server-metadata.ts'
import { serverMetadata } from './server-metadata.ts'

export interface DiscoveryRoutesDeps extends MetadataFacts {
  /** The JWK Set as JSON text. */
  readonly jwks: () => Promise<string>
}

/** Aidbox clients look under both. */
const PREFIXES = ['', '/fhir']
const MAX_AGE_SECONDS = 300

/** The well-known documents (RFC 8414 §3); public, cacheable, made once. */
export const discoveryRoutes = (deps: DiscoveryRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  const metadata = JSON.stringify(serverMetadata(deps))
  for (const prefix of PREFIXES) {
    routes.use(`${prefix}/.well-known/*`, withCors)
    for (const name of ['openid-configuration', 'oauth-authorization-server'])
      routes.get(`${prefix}/.well-known/${name}`, (c) => cacheable(c, metadata))
    routes.get(`${prefix}/.well-known/jwks.json`, async (c) => cacheable(c, await deps.jwks()))
  }
  return routes
}

const cacheable = (c: Context, json: string): Response => {
  c.header('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`)
  c.header('Content-Type', 'application/json')
  return c.body(json)
}
