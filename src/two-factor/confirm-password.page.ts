import { html } from 'hono/html'
import { field, hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'
import { tooManyTries } from '../html/wait-in-words.ts'

export interface ConfirmPasswordPage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
  /** Who is signed in; also tells a password manager which password to offer. */
  readonly userName: string
  readonly error?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cancelHref: string
}

/** The password again, where the sign-in is too long ago for what the person wants to do. */
export const confirmPasswordPage = (page: ConfirmPasswordPage): Html => {
  const { theme, action, csrf, hidden, userName, retryAfterSeconds, cancelHref } = page
  const error = retryAfterSeconds === undefined ? page.error : tooManyTries(retryAfterSeconds)
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
