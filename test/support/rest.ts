// The REST resources as programs use them.
import type { StoredAppOptions } from './stored-app.ts'
import { startStoredApp } from './stored-app.ts'
import { ROOT_SECRET } from './test-app.ts'

export const PUBLIC_URL = 'http://localhost:8080'
export const ROOT = basic('root', ROOT_SECRET)

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

/** Whatever a resource looks like; assertions say what of it matters. */
// biome-ignore lint/suspicious/noExplicitAny: documents of every kind
export const jsonOf = async (response: Response | Promise<Response>): Promise<any> => (await response).json()

export type RestApp = Awaited<ReturnType<typeof startRest>>

export async function startRest(options: StoredAppOptions = {}) {
  const app = await startStoredApp({ ...options, url: PUBLIC_URL })
  return {
    ...app,
    /** As the root client. */
    send: app.rest.bind(app),
    /** As nobody, unless a header says who. */
    request: (path: string, init: RequestInit = {}): Promise<Response> =>
      app.fetch(new Request(`${PUBLIC_URL}${path}`, init)),
    /** A browser in which the user has signed in: its cookie header. */
    signIn: async (userId: string): Promise<string> => `ASID=${(await app.signIn(userId)).cookie}`,
  }
}
