import { html } from 'hono/html'
import { hiddenFields, linkButton, notice } from '../../html/form.page.ts'
import type { Html } from '../../html/layout.page.ts'
import { layout } from '../../html/layout.page.ts'
import type { Theme } from '../../html/theme.ts'
import { time } from '../../html/time.page.ts'

export interface OwnGrant {
  readonly clientId: string
  readonly clientName: string
  readonly scopes: readonly string[]
  /** The User itself, whatever the scopes. */
  readonly isWholeUser: boolean
  /** When it was last allowed, in milliseconds. */
  readonly allowedAt: number
}

export interface OwnGrantsPage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly userName: string
  readonly grants: readonly OwnGrant[]
  readonly isChanged: boolean
  readonly homeHref: string
}

/** What somebody allowed applications; posts `end=<client id>`. */
export const ownGrantsPage = (page: OwnGrantsPage): Html => {
  const { theme, action, csrf, userName, grants, isChanged, homeHref } = page
  return layout(
    {
      theme,
      title: 'Apps with access',
      footer: html`Signed in as <strong><bdi>${userName}</bdi></strong> · <a href="${homeHref}">Your account</a>`,
    },
    html`${isChanged ? notice('success', 'Done. The app has no access any more.') : ''}
${
  grants.length === 0
    ? html`<p>You allow no app access to your account.</p>`
    : html`<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf })}
<ul class="cs-entries">
${grants.map(grantItem)}
</ul>
</form>`
}
<div class="cs-actions">${linkButton(homeHref, 'Back', 'secondary')}</div>`,
  )
}

const grantItem = ({ clientId, clientName, scopes, isWholeUser, allowedAt }: OwnGrant): Html =>
  html`<li class="cs-entry"><div>
<p><strong><bdi>${clientName}</bdi></strong></p>
<p class="cs-hint">Allowed ${time(allowedAt)}: <bdi>${[...(isWholeUser ? ['basic user info'] : []), ...scopes].join(', ')}</bdi></p>
</div><button class="cs-button cs-button-secondary" type="submit" name="end" value="${clientId}">Remove<span class="cs-unseen"> the access of <bdi>${clientName}</bdi></span></button></li>`
