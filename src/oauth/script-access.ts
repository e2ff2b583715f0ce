import type { ScriptAccess } from '../http/cors.ts'

/** What an application in a browser needs, with a token or a client of its own: none of it trusts a cookie alone to write. */
const FOR_APPLICATIONS =
  /^(?:\/auth\/(?:token|userinfo|introspect|revoke|change-password|sessions|grants)|(?:\/app)?\/auth\/two-factor\/(?:request|confirm|disable(?:\/send)?)|(?:\/fhir)?\/Session)$/

/** What is the same for whoever asks, and public. */
const FOR_EVERYBODY = /^(?:(?:\/fhir)?\/\.well-known\/[^/]+|\/openapi\.json)$/

/** Whose scripts may call a path; `types` are those of the REST resources. */
export const createScriptAccess = (types: readonly string[]): ((path: string) => ScriptAccess) => {
  const resources = new RegExp(`^(?:/fhir)?/(?:${types.join('|')})(?:/|$)`)
  return (path) => {
    if (FOR_EVERYBODY.test(path)) return 'everybody'
    return FOR_APPLICATIONS.test(path) || resources.test(path) ? 'registered' : 'nobody'
  }
}
