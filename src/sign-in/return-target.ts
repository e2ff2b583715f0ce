const MAX_LENGTH = 2048

/**
 * Where `redirect_to` may lead: a path of ours, starting with one slash. Takes a path or an absolute URL of our origin,
 * plain or as Base64 of either alphabet; undefined for everything else, so that no link of ours leads elsewhere.
 */
export const returnTarget = (value: string | undefined, publicUrl: string): string | undefined => {
  if (value === undefined || value === '' || value.length > MAX_LENGTH) return undefined
  return pathOf(value, publicUrl) ?? pathOf(fromBase64(value), publicUrl)
}

const pathOf = (target: string | undefined, publicUrl: string): string | undefined => {
  if (target === undefined) return undefined
  // NOTE: browsers read a backslash as a slash and drop tabs and line breaks, each a way to write `//elsewhere`.
  if (/[\\\p{C}\p{Z}]/u.test(target) || target.startsWith('//')) return undefined
  const isPath = target.startsWith('/')
  if (!(isPath || /^https?:\/\//i.test(target)) || !URL.canParse(target, publicUrl)) return undefined
  const url = new URL(target, publicUrl)
  if (url.origin !== new URL(publicUrl).origin || url.username !== '' || url.password !== '') return undefined
  const path = `${url.pathname}${url.search}${url.hash}`
  return path.startsWith('//') ? undefined : path
}

const fromBase64 = (value: string): string | undefined => {
  if (!/^[A-Za-z0-9+/_ -]+={0,2}$/.test(value)) return undefined
  // NOTE: a `+` that nobody escaped arrives as a blank.
  const bytes = Buffer.from(value.replaceAll(' ', '+'), 'base64')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
