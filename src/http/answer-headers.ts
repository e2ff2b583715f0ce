import type { Context } from 'hono'
import type { AppEnv, RequestState } from './app-env.ts'
import type { AnswerHeaders, HeaderName } from './header-name.ts'

export const answerHeaders = (plain: AnswerHeaders['plain']): AnswerHeaders => ({ plain, cookies: [] })

const PRINTABLE = /^[ -~]*$/

/**
 * Sets a header of the answer to come, errors included; a value set before is replaced.
 * NOTE: the server would refuse an odd value only when nobody of ours can answer any more: without a log line, our
 * headers and the request id.
 */
export const putHeader = (c: Context<AppEnv>, name: HeaderName, value: string): void => {
  if (!PRINTABLE.test(value)) throw new Error(`the header ${name} holds what no header can carry`)
  headersOf(c).plain[name] = value
}

/** Adds a Set-Cookie to the answer to come; one set before under the same name stays, and the later one counts. */
export const addCookie = (c: Context<AppEnv>, cookie: string): void => {
  headersOf(c).cookies.push(cookie)
}

/** Makes the one answer of a request, with all headers set for it. */
export const makeAnswer = (
  c: Context<AppEnv>,
  body: string | Uint8Array<ArrayBuffer> | null,
  status: number,
): Response => {
  const { plain, cookies } = headersOf(c)
  const headers =
    cookies.length === 0
      ? plain
      : [...Object.entries(plain), ...cookies.map((cookie) => ['Set-Cookie', cookie] as const)]
  const response = new Response(body, { status, headers: headers as Record<string, string> })
  c.env.answer = response
  return response
}

/** Gives an answer that {@link makeAnswer} did not make, as one to HEAD, the headers it lacks. */
export const completeAnswer = (response: Response, state: RequestState): void => {
  if (response === state.answer) return
  const { plain, cookies } = state.headers ?? answerHeaders({})
  const answered = response.headers
  for (const [name, value] of Object.entries(plain)) if (!answered.has(name)) answered.set(name, value)
  const set = answered.getSetCookie()
  for (const cookie of cookies) if (!set.includes(cookie)) answered.append('Set-Cookie', cookie)
}

const headersOf = (c: Context<AppEnv>): AnswerHeaders => {
  c.env.headers ??= answerHeaders({})
  return c.env.headers
}
