/** The cookies of one browser that knows one server. */
export type CookieJar = ReadonlyMap<string, string>

/** What the browser has after an answer: RFC 6265 §5.3 for one host, where only lifetimes end cookies. */
export const withCookies = (jar: CookieJar, setCookies: readonly string[]): CookieJar => {
  const next = new Map(jar)
  for (const line of setCookies) {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const name = pair.slice(0, equals).trim()
    const value = pair.slice(equals + 1).trim()
    if (attributes.some(isOver)) next.delete(name)
    else next.set(name, value)
  }
  return next
}

/** For the request header `Cookie`; undefined where there is none to send. */
export const cookieHeader = (jar: CookieJar): string | undefined =>
  jar.size === 0 ? undefined : [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

const isOver = (attribute: string): boolean => {
  const [name = '', value = ''] = attribute.split('=')
  return name.trim().toLowerCase() === 'max-age' && Number(value.trim()) <= 0
}
