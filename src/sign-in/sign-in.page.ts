import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { errorOf, errorSummary, field, hiddenFields, notice, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'

/** `error` is the same for every failure of what was typed. */
export interface SignInPage extends FormPage {
  /** As typed before, or the login hint; empty where neither is known. */
  readonly username: string
  /** The app that waits for the sign-in. */
  readonly clientName?: string | undefined
  /** Whether `error` is about what was typed, and not about when or how often. */
  readonly areCredentialsWrong?: boolean | undefined
  /** What the person has just done, told once. */
  readonly done?: string | undefined
  /** False where the page is only shown. */
  readonly takesFocus?: boolean
}

/** The name and the password. After a failure the password has the focus, told together with what went wrong. */
export const signInPage = (page: SignInPage): Html => {
  const { theme, action, csrf, hidden, username, clientName, takesFocus = true } = page
  const error = errorOf(page)
  const errorId = page.areCredentialsWrong === true ? 'sign-in-error' : undefined
  const hasName = username !== ''
  return layout(
    { theme, title: 'Log in', heading: theme.title, hasError: error !== undefined },
    html`<p class="cs-lead">${
      clientName === undefined
        ? 'Log in to your account'
        : html`Log in to continue to <strong><bdi>${clientName}</bdi></strong>`
    }</p>
${page.done === undefined ? '' : notice('success', page.done)}
${errorSummary('sign-in-error', error)}
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${field({
  name: 'username',
  label: 'Username or Email',
  autocomplete: 'username',
  value: username,
  errorId,
  hasFocus: takesFocus && !hasName,
})}
${field({ name: 'password', label: 'Password', autocomplete: 'current-password', errorId, hasFocus: takesFocus && hasName })}
${submit('Log in')}
</form>
${
  theme.forgotPasswordUrl === undefined
    ? ''
    : html`<p class="cs-aside"><a href="${theme.forgotPasswordUrl}">Forgot your password?</a></p>`
}`,
  )
}
