import type { Context } from 'hono'
import { MOST_PASSWORD_BYTES } from '../accounts/password-policy.ts'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Form } from '../http/form.ts'
import { answer } from '../http/respond.ts'
import type { JsonObject } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'

/** What programs are told of passwords, and with which status (contract 5). */
const ANSWERS = {
  password_changed: [200, 'The password is changed. All sessions have ended.'],
  invalid_current_password: [422, 'The current password is not right.'],
  password_unchanged: [422, 'The new password is the current one.'],
  password_reset_link_issued: [200, 'Give the person this link. The old password is gone.'],
  password_reset_completed: [200, 'The password is set. All sessions have ended.'],
  password_reset_token_invalid: [400, 'The link was used, replaced, or is too old.'],
  mfa_required: [403, 'The user has a second factor: send a code to /auth/reset-password-mfa first.'],
  totp_confirmed: [200, 'The code is right. Send the new password with this token.'],
  totp_invalid: [400, 'The code is not right.'],
  totp_delivery: [200, 'What is known of a code that was sent.'],
  user_not_found: [404, 'There is no such user.'],
  password_policy_violation: [422, 'The new password is not good enough.'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>

export type PasswordAnswer = keyof typeof ANSWERS

/** Answers `{"code","message","data"}`. */
export const answerPassword = (c: Context<AppEnv>, code: PasswordAnswer, data: JsonObject = {}): Response => {
  const [status, message] = ANSWERS[code]
  return answer(c, JSON.stringify({ code, message, data }), status, 'application/json; charset=utf-8')
}

/** Says what a password must be. */
export const answerPolicyViolation = (c: Context<AppEnv>, minLength: number): Response =>
  answerPassword(c, 'password_policy_violation', { minLength, maxBytes: MOST_PASSWORD_BYTES })

/** How long to wait before asking again whether an administrator has helped. */
const DISABLED_RETRY_SECONDS = 3600

/** Says in a header how long to wait. @returns the seconds */
export const putRetryAfter = (
  c: Context<AppEnv>,
  block: { readonly kind: 'throttled'; readonly retryAfterSeconds: number } | { readonly kind: 'disabled' },
): number => {
  const seconds = block.kind === 'throttled' ? block.retryAfterSeconds : DISABLED_RETRY_SECONDS
  putHeader(c, 'Retry-After', String(seconds))
  return seconds
}

/** @throws {Problem} malformed — the parameter is missing */
export const required = (values: Form, name: string): string => {
  const value = values.get(name)
  if (value === undefined) throw malformed('is missing; send it as a string', name)
  return value
}

/** Whether a form that asks for the new password twice got two different ones; programs need send it once. */
export const isRepeatedWrong = (values: Form): boolean => {
  const repeated = values.get('repeatedPassword')
  return repeated !== undefined && repeated !== values.get('newPassword')
}
