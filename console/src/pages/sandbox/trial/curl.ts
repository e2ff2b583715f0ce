import type { Asked } from '../../../api/exchange.ts'

/** The same request as a line of a POSIX shell; nothing is added to it. */
export const curlOf = ({ method, path, headers = {}, body }: Asked, origin: string): string =>
  [
    'curl -i',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : [`-X ${method}`]),
    quoted(`${origin}${path}`),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' ')

/** NOTE: in single quotes nothing but the quote itself means anything. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
