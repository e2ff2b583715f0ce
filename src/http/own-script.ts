import type { Context } from 'hono'

/** A script of our own pages asks by itself; a challenge of Basic would make the browser open its password box. */
export const isOwnScript = (c: Context): boolean =>
  c.req.header('sec-fetch-mode') === 'cors' && c.req.header('sec-fetch-site') === 'same-origin'
