import { html } from 'hono/html'
import type { Html } from '../../html/layout.page.ts'
import { layout } from '../../html/layout.page.ts'
import type { Theme } from '../../html/theme.ts'
import { time } from '../../html/time.page.ts'

export interface OwnActivity {
  /** In milliseconds. */
  readonly at: number
  readonly text: string
  readonly isRefused: boolean
  readonly address: string | undefined
  /** `Firefox on Linux`. */
  readonly browser: string | undefined
}

export interface OwnAccountPage {
  readonly theme: Theme
  readonly userName: string
  readonly hasSecondFactor: boolean
  readonly sessionCount: number
  readonly grantCount: number
  /** Newest first. */
  readonly activity: readonly OwnActivity[]
  readonly twoFactorHref: string
  readonly changePasswordHref: string
  readonly sessionsHref: string
  readonly grantsHref: string
  readonly signOutHref: string
  /** For administrators. */
  readonly consoleHref: string | undefined
}

/** One's own account at a glance, and the ways to change it. */
export const ownAccountPage = (page: OwnAccountPage): Html => {
  const { theme, userName, hasSecondFactor, sessionCount, grantCount, activity, consoleHref } = page
  return layout(
    { theme, title: 'Your account', footer: html`<a href="${page.signOutHref}">Sign out</a>` },
    html`<p class="cs-lead">Signed in as <strong><bdi>${userName}</bdi></strong></p>
<nav aria-label="Your account">
<ul class="cs-menu">
${item(page.twoFactorHref, 'Two-factor authentication', hasSecondFactor ? 'On' : 'Off')}
${item(page.changePasswordHref, 'Change password')}
${item(page.sessionsHref, 'Where you are signed in', counted(sessionCount, 'browser'))}
${item(page.grantsHref, 'Apps with access', grantCount === 0 ? 'None' : counted(grantCount, 'app'))}
${consoleHref === undefined ? '' : item(consoleHref, 'Administration')}
</ul>
</nav>
<h2 class="cs-subheading" id="activity">Recent activity</h2>
${
  activity.length === 0
    ? html`<p class="cs-hint">Nothing has happened yet.</p>`
    : html`<ol class="cs-entries" aria-labelledby="activity">
${activity.map(activityItem)}
</ol>
<p class="cs-hint">Was it not you? Change your password: it signs out everywhere.</p>`
}`,
  )
}

const item = (href: string, label: string, summary?: string): Html =>
  html`<li><a class="cs-menu-item" href="${href}"><span>${label}${
    summary === undefined
      ? ''
      : html`<span class="cs-menu-note"><span class="cs-unseen">: </span>${summary}</span>`
  }</span></a></li>`

const activityItem = ({ at, text, isRefused, address, browser }: OwnActivity): Html =>
  html`<li class="cs-entry"><div>
<p>${isRefused ? html`<strong><bdi>${text}</bdi></strong>` : html`<bdi>${text}</bdi>`}</p>
<p class="cs-hint">${time(at)}${address === undefined ? '' : html`, from <bdi>${address}</bdi>`}${
    browser === undefined ? '' : html`, <bdi>${browser}</bdi>`
  }</p>
</div></li>`

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
