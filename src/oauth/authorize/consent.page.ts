import { html } from 'hono/html'
import { choice, hiddenFields } from '../../html/form.page.ts'
import type { Html } from '../../html/layout.page.ts'
import { layout } from '../../html/layout.page.ts'
import type { Theme } from '../../html/theme.ts'
import type { ScopeToAllow } from './consent-question.ts'

export interface ConsentPage {
  readonly theme: Theme
  readonly action: string
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
  readonly clientName: string
  /** Where the answer goes, so that a person sees more than a name anyone can choose. */
  readonly redirectOrigin?: string | undefined
  /** Who is signed in. */
  readonly userName: string
  /** Where somebody else signs in for the same request. */
  readonly signInHref: string
  readonly scopes: readonly ScopeToAllow[]
  /** The User itself, whatever the scopes. */
  readonly isWholeUser: boolean
}

/** Asks whether an app may act for the person; posts `decision=allow` or `decision=deny`. */
export const consentPage = (page: ConsentPage): Html => {
  const { theme, action, csrf, hidden, clientName, redirectOrigin, userName, scopes, isWholeUser } = page
  return layout(
    {
      theme,
      title: 'Allow access',
      heading: html`<bdi>${clientName}</bdi> wants to access your account`,
      footer: html`Signed in as <strong><bdi>${userName}</bdi></strong> · <a href="${page.signInHref}">Use another account</a>`,
    },
    html`<h2 class="cs-subheading">It asks for</h2>
<ul class="cs-scopes">
${isWholeUser ? html`<li class="cs-scope">Basic user info: everything in your user record</li>` : ''}${scopes.map(scopeItem)}
</ul>
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
<div class="cs-actions">${choice('decision', 'allow', 'Allow', 'primary')}${choice('decision', 'deny', 'Deny', 'secondary')}</div>
</form>
${redirectOrigin === undefined ? '' : html`<p class="cs-hint">You will go to <bdi>${redirectOrigin}</bdi></p>`}`,
  )
}

const scopeItem = ({ scope, title = TITLES.get(scope), description }: ScopeToAllow): Html => {
  const name = html`<code class="cs-scope-name"><bdi>${scope}</bdi></code>`
  return title === undefined
    ? html`<li class="cs-scope"><bdi>${scope}</bdi></li>`
    : html`<li class="cs-scope"><bdi>${title}</bdi> ${name}${description === undefined ? '' : html`<br><span class="cs-hint"><bdi>${description}</bdi></span>`}</li>`
}

/** The scopes of OpenID Connect Core §5.4 and §11 in words, unless a Scope has others; further ones are shown by name. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['openid', 'Who you are'],
  ['profile', 'Your name and picture'],
  ['email', 'Your e-mail address'],
  ['address', 'Your postal address'],
  ['phone', 'Your phone number'],
  ['offline_access', 'Access while you are away'],
])
