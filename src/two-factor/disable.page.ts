import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { checkbox, codeField, errorOf, hiddenFields, notice, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { SendCodeForm } from './webhook/code-delivery.page.ts'
import { CODE_HINTS, deliveryNotice, sendCodeForm } from './webhook/code-delivery.page.ts'

export interface DisableTwoFactorPage extends FormPage {
  readonly endsOtherSessions?: boolean | undefined
  readonly cancelHref: string
  /** Of a code that was sent, and the way to have one sent; left out where the user is sent none. */
  readonly sending?: Omit<SendCodeForm, 'csrf' | 'hidden' | 'label'> | undefined
}

/** A code to prove that it is the owner who makes the account weaker. */
export const disableTwoFactorPage = (page: DisableTwoFactorPage): Html => {
  const { theme, action, csrf, hidden, cancelHref, sending } = page
  const delivery = sending?.delivery ?? { kind: 'none' }
  const error = errorOf(page)
  return layout(
    {
      theme,
      title: 'Disable two-factor',
      hasError: error !== undefined,
      footer: html`<a href="${cancelHref}">Cancel</a>`,
    },
    html`${notice('warning', 'Your password alone will be enough to log in. The key in your authenticator app stops working.')}
${deliveryNotice(delivery)}
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${codeField({ hint: CODE_HINTS[delivery.kind], error, hasFocus: true })}
${checkbox({ name: 'end_other_sessions', label: 'Sign out everywhere else', isChecked: page.endsOtherSessions })}
${submit('Disable two-factor', 'danger')}
</form>
${sending === undefined ? '' : sendCodeForm({ ...sending, csrf, hidden, label: 'Send me a code' })}`,
  )
}
