import type { Asked } from '../api/exchange.ts'

/** The same request as a line of a POSIX shell, by the root client; an Authorization header of its own stays as it is. */
export const curlOf = ({ method, path, headers = {}, body }: Asked, origin: string): string => {
  const names = Object.keys(headers)
  const isOwn = names.includes('authorization')
  return [
    'curl',
    ...(isOwn ? [] : ['-u', '"root:$ROOT_SECRET"']),
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : ['-X', method]),
    quoted(`${origin}${path}`),
    ...names.flatMap((name) => ['-H', quoted(`${name}: ${headers[name] ?? ''}`)]),
    ...(body === undefined ? [] : [body.startsWith('@') ? '--data-raw' : '--data-binary', quoted(body)]),
  ].join(' ')
}

/** NOTE: in single quotes nothing but the quote itself means anything. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
