import { html } from 'hono/html'
import { codeField, hiddenFields, notice, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'
import { tooManyTries, waitInWords } from '../html/wait-in-words.ts'

/** Whether a code was sent besides the authenticator; never the code, never where to. */
export type CodeDelivery =
  | { readonly kind: 'none' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed' }
  /** The current code is used up; the next one can be sent in so many seconds. */
  | { readonly kind: 'waiting'; readonly seconds: number }

export interface CodePage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
  readonly error?: string | undefined
  /** Tried too often: said instead of `error`. */
  readonly retryAfterSeconds?: number | undefined
  readonly delivery: CodeDelivery
  readonly resendAction: string
  readonly canResend: boolean
  /** Shown while `canResend` is false and a code was or could be sent. */
  readonly resendAfterSeconds?: number | undefined
  /** “Use another account”. */
  readonly signInHref: string
  /** The name as the person typed it, nothing looked up. */
  readonly username?: string | undefined
  readonly clientName?: string | undefined
}

/** The second step of a sign-in: the code of the authenticator, or the one that was sent. */
export const codePage = (page: CodePage): Html => {
  const { theme, action, csrf, hidden, delivery, username, clientName, retryAfterSeconds } = page
  const error = retryAfterSeconds === undefined ? page.error : tooManyTries(retryAfterSeconds)
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
${codeField({ hint: HINTS[delivery.kind], error, hasFocus: true })}
${submit('Continue')}
</form>
${resend(page)}`,
  )
}

const HINTS = {
  none: 'From your authenticator app.',
  sent: 'The one we sent, or the one in your authenticator app.',
  failed: 'From your authenticator app.',
  waiting: 'The next one in your authenticator app.',
} as const

const forWhom = (username: string | undefined, clientName: string | undefined): Html => {
  if (username === undefined) return html``
  const app = clientName === undefined ? '' : html` to <strong><bdi>${clientName}</bdi></strong>`
  return html`<p class="cs-lead">Logging in${app} as <strong><bdi>${username}</bdi></strong></p>`
}

const deliveryNotice = (delivery: CodeDelivery): Html => {
  switch (delivery.kind) {
    case 'none':
      return html``
    case 'sent':
      return notice('info', 'We sent you a code.')
    case 'failed':
      return notice(
        'warning',
        'We could not send you a code. Use your authenticator app, or try sending again.',
      )
    case 'waiting':
      return notice(
        'info',
        `The current code has been used already. The next one can be sent in ${waitInWords(delivery.seconds)}.`,
      )
  }
}

const resend = ({ csrf, hidden, resendAction, canResend, resendAfterSeconds, delivery }: CodePage): Html => {
  if (canResend)
    return html`<form class="cs-form cs-resend" method="post" action="${resendAction}">
${hiddenFields({ csrf, hidden })}
${submit('Resend code', 'secondary')}
</form>`
  if (resendAfterSeconds === undefined || delivery.kind === 'waiting') return html``
  return html`<p class="cs-aside">No code yet? Reload in ${waitInWords(resendAfterSeconds)} to send another.</p>`
}
