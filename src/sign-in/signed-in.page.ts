import { html } from 'hono/html'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'

export interface SignedInPage {
  readonly theme: Theme
  /** Who is signed in. */
  readonly userName: string
  /** For administrators alone. */
  readonly consoleHref?: string | undefined
  readonly accountHref: string
  readonly twoFactorHref: string
  readonly changePasswordHref: string
  readonly sessionsHref: string
  readonly grantsHref: string
  readonly signOutHref: string
}

/** Where a browser lands that signed in without an app waiting for it. */
export const signedInPage = ({
  theme,
  userName,
  consoleHref,
  accountHref,
  twoFactorHref,
  changePasswordHref,
  sessionsHref,
  grantsHref,
  signOutHref,
}: SignedInPage): Html =>
  layout(
    { theme, title: 'You are signed in' },
    html`<p class="cs-lead">As <strong><bdi>${userName}</bdi></strong></p>
<nav aria-label="Your account">
<ul class="cs-menu">
${consoleHref === undefined ? '' : html`<li><a class="cs-menu-item" href="${consoleHref}">Console</a></li>\n`}<li><a class="cs-menu-item" href="${accountHref}">Your account</a></li>
<li><a class="cs-menu-item" href="${twoFactorHref}">Two-factor authentication</a></li>
<li><a class="cs-menu-item" href="${changePasswordHref}">Change password</a></li>
<li><a class="cs-menu-item" href="${sessionsHref}">Where you are signed in</a></li>
<li><a class="cs-menu-item" href="${grantsHref}">Apps with access</a></li>
<li><a class="cs-menu-item" href="${signOutHref}">Sign out</a></li>
</ul>
</nav>`,
  )
