import { html } from 'hono/html'
import { MOST_PASSWORD_BYTES } from '../accounts/password-policy.ts'
import { field } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'

export interface NewPasswordErrors {
  readonly password?: string | undefined
  readonly repeated?: string | undefined
}

export interface NewPasswordFields {
  readonly minLength: number
  readonly errors: NewPasswordErrors
  /** On the first field that is wrong, or the first of all. */
  readonly hasFocus?: boolean | undefined
}

export const NOT_THE_SAME = 'The two new passwords are not the same.'

/** What a new password must be, for who chose one that is not so. */
export const policyInWords = (minLength: number): string =>
  `Choose one of at least ${minLength} ${minLength === 1 ? 'character' : 'characters'} and at most ${MOST_PASSWORD_BYTES} bytes.`

/** A new password twice: without scripts nothing can show what was typed. */
export const newPasswordFields = ({ minLength, errors, hasFocus = false }: NewPasswordFields): Html => {
  const isRepeatedFirst = errors.password === undefined && errors.repeated !== undefined
  return html`${field({
    name: 'newPassword',
    label: 'New password',
    autocomplete: 'new-password',
    hint: minLength === 1 ? undefined : `At least ${minLength} characters. A few words are easy to remember.`,
    error: errors.password,
    hasFocus: hasFocus && !isRepeatedFirst,
  })}
${field({
  name: 'repeatedPassword',
  label: 'New password again',
  autocomplete: 'new-password',
  error: errors.repeated,
  hasFocus: hasFocus && isRepeatedFirst,
})}`
}
