import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { field, hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import { tooManyTries } from '../html/wait-in-words.ts'
import type { NewPasswordErrors } from './new-password.page.ts'
import { newPasswordFields } from './new-password.page.ts'

export interface ChangePasswordPage extends FormPage {
  /** Who is signed in; also tells a password manager which password to offer and to replace. */
  readonly userName: string
  readonly minLength: number
  readonly cancelHref: string
  /** `error` is about the current password. */
  readonly newErrors?: NewPasswordErrors | undefined
}

/** The current password, and the one that replaces it. */
export const changePasswordPage = (page: ChangePasswordPage): Html => {
  const { theme, action, csrf, hidden, userName, minLength, cancelHref, newErrors = {} } = page
  const error = page.retryAfterSeconds === undefined ? page.error : tooManyTries(page.retryAfterSeconds)
  const isNewWrong = newErrors.password !== undefined || newErrors.repeated !== undefined
  return layout(
    {
      theme,
      title: 'Change password',
      hasError: error !== undefined || isNewWrong,
      footer: html`<a href="${cancelHref}">Cancel</a>`,
    },
    html`<p class="cs-lead">For <strong><bdi>${userName}</bdi></strong>. You will be signed out everywhere, here too.</p>
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
<input type="text" autocomplete="username" value="${userName}" readonly hidden>
${field({
  name: 'currentPassword',
  label: 'Current password',
  autocomplete: 'current-password',
  error,
  hasFocus: error !== undefined || !isNewWrong,
})}
${newPasswordFields({ minLength, errors: newErrors, hasFocus: error === undefined && isNewWrong })}
${submit('Change password')}
</form>`,
  )
}
