import { html } from 'hono/html'
import { hiddenFields, linkButton, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import type { Theme } from '../html/theme.ts'

export interface SignOutPage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
  /** Who is signed in. */
  readonly userName: string
  /** The application that asks for it, if one does. */
  readonly clientName?: string | undefined
  readonly cancelHref: string
}

/** Asks before it signs out: a link from elsewhere must not do it. */
export const signOutPage = ({
  theme,
  action,
  csrf,
  hidden,
  userName,
  clientName,
  cancelHref,
}: SignOutPage): Html =>
  layout(
    { theme, title: 'Sign out?' },
    html`<p class="cs-lead">You are signed in as <strong><bdi>${userName}</bdi></strong>.</p>
${clientName === undefined ? '' : html`<p><strong><bdi>${clientName}</bdi></strong> asks to sign you out here too.</p>`}
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
<div class="cs-actions">${submit('Sign out')}${linkButton(cancelHref, 'Cancel', 'secondary')}</div>
</form>`,
  )

export interface SignedOutPage {
  readonly theme: Theme
  readonly signInHref: string
}

export const signedOutPage = ({ theme, signInHref }: SignedOutPage): Html =>
  layout(
    { theme, title: 'You are signed out' },
    html`<p>On a shared device, close the browser as well.</p>
<div class="cs-actions">${linkButton(signInHref, 'Log in again', 'secondary')}</div>`,
  )
