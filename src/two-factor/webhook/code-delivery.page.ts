import { html } from 'hono/html'
import { hiddenFields, notice, submit } from '../../html/form.page.ts'
import type { Html } from '../../html/layout.page.ts'
import { waitInWords } from '../../html/wait-in-words.ts'
import type { Delivery } from '../second-factor.ts'

/** Whether a code was sent besides the authenticator; never the code, never where to. */
export type CodeDelivery =
  | { readonly kind: 'none' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed' }
  /** The current code is used up; the next one can be sent in so many seconds. */
  | { readonly kind: 'waiting'; readonly seconds: number }

/** What the field for a code says about where to find one. */
export const CODE_HINTS = {
  none: 'From your authenticator app.',
  sent: 'The one we sent, or the one in your authenticator app.',
  failed: 'From your authenticator app.',
  waiting: 'The next one in your authenticator app.',
} as const

/** Says whether a code was sent; nothing where none ever is. */
export const deliveryNotice = (delivery: CodeDelivery): Html => {
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

/** Whole seconds from `now` to `at` (both milliseconds), at least 1: a page never says “in 0 seconds”. */
export const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000))

/** A code that waited long enough to be sent is simply one that was not sent yet. */
export const deliveryView = (delivery: Delivery, now: number): CodeDelivery =>
  delivery.kind === 'waiting'
    ? { kind: 'waiting', seconds: secondsUntil(delivery.until, now) }
    : { kind: delivery.kind }

export interface SendCodeForm {
  readonly action: string
  /** The page that the button is on. */
  readonly pageHref: string
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
  readonly label: string
  readonly canSend: boolean
  /** Shown while `canSend` is false and a code was or could be sent. */
  readonly sendAfterSeconds?: number | undefined
  readonly delivery: CodeDelivery
}

/** The button that has a code sent, or how long to wait for it. */
export const sendCodeForm = (form: SendCodeForm): Html => {
  const { action, csrf, hidden, label, canSend, sendAfterSeconds, delivery } = form
  if (canSend)
    return html`<form class="cs-form cs-resend" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${submit(label, 'secondary')}
</form>`
  if (sendAfterSeconds === undefined || delivery.kind === 'waiting') return html``
  return sendLater(form.pageHref, sendAfterSeconds)
}

/** NOTE: a link, as reloading the answer to a wrong code would send that code again. */
export const sendLater = (pageHref: string, seconds: number): Html =>
  html`<p class="cs-aside">No code yet? In ${waitInWords(seconds)}, <a href="${pageHref}">open this page again</a> to send another.</p>`
