import { html } from 'hono/html'
import { choice, hiddenFields, linkButton, notice } from '../../html/form.page.ts'
import type { Html } from '../../html/layout.page.ts'
import { layout } from '../../html/layout.page.ts'
import type { Theme } from '../../html/theme.ts'
import { time } from '../../html/time.page.ts'

export interface OwnSession {
  readonly id: string
  readonly isThis: boolean
  readonly hasSecondFactor: boolean
  /** `Firefox on Linux`, where the browser said so. */
  readonly browser: string | undefined
  readonly address: string | undefined
  /** All in milliseconds. */
  readonly signedInAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
}

export interface OwnSessionsPage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly userName: string
  readonly sessions: readonly OwnSession[]
  /** What has just ended. */
  readonly ended: 'one' | 'others' | undefined
  readonly homeHref: string
}

const DONE = {
  one: 'Done. That browser is signed out.',
  others: 'Done. You are signed out everywhere else.',
} as const

/** Where somebody is signed in; posts `end=<id>`, `end=others` or `end=all`. */
export const ownSessionsPage = (page: OwnSessionsPage): Html => {
  const { theme, action, csrf, userName, sessions, ended, homeHref } = page
  const hasOthers = sessions.some(({ isThis }) => !isThis)
  return layout(
    {
      theme,
      title: 'Where you are signed in',
      footer: html`Signed in as <strong><bdi>${userName}</bdi></strong> · <a href="${homeHref}">Your account</a>`,
    },
    html`${ended === undefined ? '' : notice('success', DONE[ended])}
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf })}
<ul class="cs-entries">
${sessions.map(sessionItem)}
</ul>
<div class="cs-actions">${
      hasOthers ? choice('end', 'others', 'Sign out everywhere else', 'primary') : ''
    }${choice('end', 'all', 'Sign out everywhere', hasOthers ? 'secondary' : 'primary')}${linkButton(homeHref, 'Back', 'secondary')}</div>
</form>`,
  )
}

const sessionItem = (session: OwnSession): Html => {
  const { isThis, browser, address, signedInAt, lastUsedAt, expiresAt } = session
  return html`<li class="cs-entry"><div>
<p><strong>${isThis ? 'This browser' : 'Another browser'}</strong>${browser === undefined ? '' : html`, <bdi>${browser}</bdi>`}</p>
<p class="cs-hint">Signed in ${time(signedInAt)} with ${session.hasSecondFactor ? 'password and code' : 'password'}${address === undefined ? '' : html` from <bdi>${address}</bdi>`}; ${lastUsedAt > signedInAt ? html`last used ${time(lastUsedAt)}; ` : ''}until ${time(expiresAt)}</p>
</div>${
    isThis
      ? ''
      : html`<button class="cs-button cs-button-secondary" type="submit" name="end" value="${session.id}">Sign out<span class="cs-unseen"> the browser signed in since ${time(signedInAt)}</span></button>`
  }</li>`
}
