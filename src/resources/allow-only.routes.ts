import type { Hono } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { answerEmpty } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'

/** OPTIONS tells the methods, every other one is refused with them (RFC 9110 §9.3.7, §15.5.6). */
export const allowOnly = (routes: Hono<AppEnv>, pattern: string, ...methods: readonly string[]): void => {
  const allow = [...methods, 'OPTIONS']
  routes.options(pattern, (c) => {
    putHeader(c, 'Allow', allow.join(', '))
    return answerEmpty(c, 204)
  })
  routes.all(pattern, () => {
    throw new Problem({ kind: 'method-not-allowed', allow })
  })
}
