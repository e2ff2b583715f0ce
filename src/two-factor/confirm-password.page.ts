import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { errorOf, field, hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'

export interface ConfirmPasswordPage extends FormPage {
  /** Who is signed in; also tells a password manager which password to offer. */
  readonly userName: string
  readonly cancelHref: string
}

/** The password again, where the sign-in is too long ago for what the person wants to do. */
export const confirmPasswordPage = (page: ConfirmPasswordPage): Html => {
  const { theme, action, csrf, hidden, userName, cancelHref } = page
  const error = errorOf(page)
  return layout(
    {
      theme,
      title: 'Confirm it is you',
      hasError: error !== undefined,
      footer: html`<a href="${cancelHref}">Cancel</a>`,
    },
    html`<p class="cs-lead">You logged in a while ago. Enter the password of <strong><bdi>${userName}</bdi></strong> to go on.</p>
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
<input type="text" autocomplete="username" value="${userName}" readonly hidden>
${field({ name: 'password', label: 'Password', autocomplete: 'current-password', error, hasFocus: true })}
${submit('Continue')}
</form>`,
  )
}
