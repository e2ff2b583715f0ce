// Links to set a new password, as an administrator gets them and programs use them.
import assert from 'node:assert/strict'
import type { JsonAnswer } from './own-ui.ts'
import { callAs } from './own-ui.ts'
import type { TestApp } from './test-app.ts'

export const RESET = '/auth/reset-password'
export const CONFIRM = '/auth/reset-password-mfa'
export const NEXT = 'a few new words'

export interface Link {
  readonly token: string
  /** Path and query. */
  readonly path: string
}

/** The root client takes the password away. */
export const forceReset = async (app: Pick<TestApp, 'rest' | 'url'>, userId: string): Promise<Link> => {
  const response = await app.rest('POST', '/auth/force-reset-password', { userId })
  const { code, data, message } = (await response.json()) as {
    readonly code: string
    readonly message: string
    readonly data: { readonly resetUrl: string; readonly token: string }
  }
  assert.deepEqual([response.status, code], [200, 'password_reset_link_issued'], message)
  assert.equal(data.resetUrl, `${app.url}${RESET}?token=${data.token}`)
  assert.match(data.token, /^eyJ/)
  return { token: data.token, path: `${RESET}?token=${data.token}` }
}

/** Nobody in particular, with JSON. */
export const anyone = (app: Pick<TestApp, 'fetch' | 'url'>) => callAs(app, undefined)

/** Status and code of an answer. */
export const coded = ({ status, body }: JsonAnswer): readonly [number, unknown] => [status, body.code]

export const setToken = (answer: JsonAnswer): string => {
  assert.deepEqual(coded(answer), [200, 'totp_confirmed'])
  return String((answer.body.data as Readonly<Record<string, unknown>>).passwordSetToken)
}
