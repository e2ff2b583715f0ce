/** What an application in a browser needs, on whatever origin it runs: none of it trusts a cookie alone to write. */
const OPEN =
  /^\/(?:auth\/(?:token|userinfo|revoke)|(?:app\/)?auth\/two-factor\/(?:request|confirm|disable(?:\/send)?)|(?:fhir\/)?\.well-known\/[^/]+)$/

/** Whether scripts of every origin may call a path and read what it answers. */
export const isOpenToScripts = (path: string): boolean => OPEN.test(path)
