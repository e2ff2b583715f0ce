import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { codeField, errorOf, hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { CodeDelivery } from '../two-factor/webhook/code-delivery.page.ts'
import { CODE_HINTS, deliveryNotice, sendCodeForm } from '../two-factor/webhook/code-delivery.page.ts'

export interface CodePage extends FormPage {
  readonly delivery: CodeDelivery
  readonly resendAction: string
  readonly canResend: boolean
  /** Shown while `canResend` is false and a code was or could be sent. */
  readonly resendAfterSeconds?: number | undefined
  /** “Use another account”. */
  readonly signInHref: string
  /** What the account of the attempt is called; only who knows its password sees it. */
  readonly username?: string | undefined
  readonly clientName?: string | undefined
}

/** The second step of a sign-in: the code of the authenticator, or the one that was sent. */
export const codePage = (page: CodePage): Html => {
  const { theme, action, csrf, hidden, delivery, username, clientName } = page
  const error = errorOf(page)
  return layout(
    {
      theme,
      title: 'Enter your code',
      hasError: error !== undefined,
      footer: html`<a href="${page.signInHref}">Use another account</a>`,
    },
    html`${forWhom(username, clientName)}
${deliveryNotice(delivery)}
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${codeField({ hint: CODE_HINTS[delivery.kind], error, hasFocus: true })}
${submit('Continue')}
</form>
${sendCodeForm({
  csrf,
  hidden,
  delivery,
  action: page.resendAction,
  pageHref: action,
  label: 'Resend code',
  canSend: page.canResend,
  sendAfterSeconds: page.resendAfterSeconds,
})}`,
  )
}

const forWhom = (username: string | undefined, clientName: string | undefined): Html => {
  if (username === undefined) return html``
  const app = clientName === undefined ? '' : html` to <strong><bdi>${clientName}</bdi></strong>`
  return html`<p class="cs-lead">Logging in${app} as <strong><bdi>${username}</bdi></strong></p>`
}
