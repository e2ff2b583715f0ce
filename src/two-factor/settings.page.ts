import { html } from 'hono/html'
import { linkButton, notice } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'

export interface TwoFactorSettingsPage {
  readonly theme: Theme
  readonly isEnabled: boolean
  /** What the person has just done, told once. */
  readonly flash?: 'enabled' | 'disabled' | undefined
  /** Who is signed in. */
  readonly userName: string
  readonly enableHref: string
  readonly disableHref: string
  readonly changePasswordHref: string
  readonly signOutHref: string
}

/** Two-factor on or off, and the one thing to do about it. */
export const twoFactorSettingsPage = (page: TwoFactorSettingsPage): Html => {
  const { theme, isEnabled, flash, userName, enableHref, disableHref, changePasswordHref, signOutHref } = page
  return layout(
    {
      theme,
      title: 'Two-factor authentication',
      footer: html`Signed in as <strong><bdi>${userName}</bdi></strong> · <a href="${changePasswordHref}">Change password</a> · <a href="${signOutHref}">Sign out</a>`,
    },
    html`${flash === undefined ? '' : notice('success', FLASHES[flash])}
<p class="cs-state cs-state-${isEnabled ? 'on' : 'off'}"><span>Two-factor is <strong>${isEnabled ? 'on' : 'off'}</strong></span></p>
<p>${isEnabled ? ON : OFF}</p>
<div class="cs-actions">${
      isEnabled ? linkButton(disableHref, 'Disable', 'secondary') : linkButton(enableHref, 'Enable')
    }</div>`,
  )
}

const FLASHES = {
  enabled: 'Done. From now on we ask for a code when you log in.',
  disabled: 'Two-factor authentication is disabled.',
} as const
const ON = 'After your password we ask for a code from your authenticator app.'
const OFF = 'Protect your account with a code from an authenticator app, asked for after your password.'
