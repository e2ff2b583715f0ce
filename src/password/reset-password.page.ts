import { html } from 'hono/html'
import { field, linkButton, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'
import { timeLeftInWords, tooManyTries } from '../html/wait-in-words.ts'
import type { CodeDelivery } from '../two-factor/webhook/code-delivery.page.ts'
import { CODE_HINTS, deliveryNotice, sendLater } from '../two-factor/webhook/code-delivery.page.ts'
import type { NewPasswordErrors } from './new-password.page.ts'
import { newPasswordFields } from './new-password.page.ts'

export interface ResetPage {
  readonly theme: Theme
  readonly action: string
  /** The token, and where it leads afterwards. Nothing proves where the form came from: whoever knows the token may. */
  readonly hidden: Readonly<Record<string, string>>
  readonly cancelHref: string
}

const hiddenInputs = (hidden: ResetPage['hidden']): Html =>
  html`${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`

export interface ResetCodePage extends ResetPage {
  readonly error?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly delivery: CodeDelivery
  /** Left out where the user is sent no codes. */
  readonly sending?:
    | {
        readonly action: string
        /** The page itself. */
        readonly pageHref: string
        readonly canSend: boolean
        readonly sendAfterSeconds: number
      }
    | undefined
}

/** The link alone is not enough for whoever has a second factor. */
export const resetCodePage = (page: ResetCodePage): Html => {
  const { theme, action, hidden, cancelHref, delivery, retryAfterSeconds } = page
  const error = retryAfterSeconds === undefined ? page.error : tooManyTries(retryAfterSeconds)
  return layout(
    {
      theme,
      title: 'Reset your password',
      heading: 'Enter your code',
      hasError: error !== undefined,
      footer: html`<a href="${cancelHref}">Back to login</a>`,
    },
    html`<p class="cs-lead">Before you choose a new password, show that it is you.</p>
${deliveryNotice(delivery)}
<form class="cs-form" method="post" action="${action}">
${hiddenInputs(hidden)}
${field({
  name: 'totp',
  label: 'Authentication code',
  autocomplete: 'one-time-code',
  hint: CODE_HINTS[delivery.kind],
  error,
  hasFocus: true,
})}
${submit('Continue')}
</form>
${page.sending === undefined ? '' : sendForm(page.sending, hidden, delivery)}`,
  )
}

const sendForm = (
  { action, pageHref, canSend, sendAfterSeconds }: NonNullable<ResetCodePage['sending']>,
  hidden: ResetPage['hidden'],
  delivery: CodeDelivery,
): Html => {
  if (canSend)
    return html`<form class="cs-form cs-resend" method="post" action="${action}">
${hiddenInputs(hidden)}
${submit('Send me a code', 'secondary')}
</form>`
  return delivery.kind === 'waiting' ? html`` : sendLater(pageHref, sendAfterSeconds)
}

export interface NewPasswordPage extends ResetPage {
  /** Whose; tells a password manager what to keep it for. */
  readonly userName: string
  readonly minLength: number
  readonly errors?: NewPasswordErrors | undefined
  /** How long the token is good for, where that is so short that it must be said. */
  readonly withinSeconds?: number | undefined
}

export const newPasswordPage = (page: NewPasswordPage): Html => {
  const { theme, action, hidden, cancelHref, userName, minLength, errors = {}, withinSeconds } = page
  return layout(
    {
      theme,
      title: 'Choose a new password',
      hasError: errors.password !== undefined || errors.repeated !== undefined,
      footer: html`<a href="${cancelHref}">Back to login</a>`,
    },
    html`<p class="cs-lead">For <strong><bdi>${userName}</bdi></strong>.${
      withinSeconds === undefined ? '' : ` You have ${timeLeftInWords(withinSeconds)}.`
    }</p>
<form class="cs-form" method="post" action="${action}">
${hiddenInputs(hidden)}
<input type="text" autocomplete="username" value="${userName}" readonly hidden>
${newPasswordFields({ minLength, errors, hasFocus: true })}
${submit('Set password')}
</form>`,
  )
}

/** The same for a link that is used, replaced, too old or made up. */
export const deadLinkPage = ({
  theme,
  signInHref,
}: {
  readonly theme: Theme
  readonly signInHref: string
}): Html =>
  layout(
    { theme, title: 'This link does not work', hasError: true },
    html`<div role="alert"><p>It was used already, replaced by a newer one, or is too old. Ask your administrator for a new link.</p></div>
<div class="cs-actions">${linkButton(signInHref, 'Back to login', 'secondary')}</div>`,
  )
