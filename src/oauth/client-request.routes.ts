import type { Context } from 'hono'
import type { Form } from '../http/form.ts'
import { readForm, readQuery } from '../http/form.ts'
import { malformed } from '../kernel/problem.ts'

/**
 * The parameters of a form that a client posts; one without value counts as left out (RFC 6749 §3.2).
 * @throws {Problem} malformed — a parameter in the URL, where logs keep it; unsupported-media-type; too-large
 */
export const readClientForm = async (c: Context): Promise<Form> => {
  const [name] = readQuery(c).keys()
  if (name !== undefined) throw malformed('must be in the body, never in the URL', name)
  return new Map([...(await readForm(c))].filter(([, value]) => value !== ''))
}
