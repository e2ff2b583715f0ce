import { html, raw } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { checkbox, codeField, errorOf, hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import { timeLeftInWords } from '../html/wait-in-words.ts'

export interface EnableTwoFactorPage extends FormPage {
  /** Markup of our own encoder, printed as it is: dark on light, with its quiet zone, without `style`. */
  readonly qrSvg: string
  /** `otpauth://…` */
  readonly uri: string
  /** Base32, unspaced. */
  readonly key: string
  readonly expiresInSeconds: number
  readonly endsOtherSessions?: boolean | undefined
  readonly cancelHref: string
}

/** Three steps: scan, or type the key, then prove it with a code. */
export const enableTwoFactorPage = (page: EnableTwoFactorPage): Html => {
  const { theme, action, csrf, hidden, qrSvg, uri, key, expiresInSeconds } = page
  const error = errorOf(page)
  return layout(
    {
      theme,
      title: 'Enable two-factor',
      hasError: error !== undefined,
      footer: html`<a href="${page.cancelHref}">Cancel</a>`,
    },
    html`<ol class="cs-steps">
<li class="cs-step">
<h2 class="cs-step-title">Scan this with your authenticator app</h2>
<div class="cs-qr" role="img" aria-label="QR code with your key; the same key is written below">${raw(qrSvg)}</div>
<p class="cs-aside"><a class="cs-app-link" href="${uri}">Open in your authenticator app</a></p>
</li>
<li class="cs-step">
<h2 class="cs-step-title">Or type this key into it</h2>
<p class="cs-key"><code>${groupsOfFour(key).map((group) => html`<span>${group}</span> `)}</code></p>
</li>
<li class="cs-step">
<h2 class="cs-step-title">Enter the code it shows</h2>
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${codeField({ error, hasFocus: error !== undefined })}
${checkbox({
  name: 'end_other_sessions',
  label: 'Sign out everywhere else',
  isChecked: page.endsOtherSessions,
})}
${submit('Enable two-factor')}
</form>
</li>
</ol>
<p class="cs-hint">This key expires in ${timeLeftInWords(expiresInSeconds)}. After that, <a href="${action}">open this page again</a> for a new one.</p>`,
  )
}

const groupsOfFour = (key: string): readonly string[] => key.match(/.{1,4}/gu) ?? []
