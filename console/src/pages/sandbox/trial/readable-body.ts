/** A body as people read it: JSON indented, a form one parameter a line. */
export const readableBody = (contentType: string, body: string): string => {
  if (contentType.includes('json')) return indented(body)
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return [...new URLSearchParams(body)].map(([name, value]) => `${name} = ${value}`).join('\n')
  return body
}

const indented = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 1)
  } catch {
    return body
  }
}
