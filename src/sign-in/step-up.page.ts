import { html } from 'hono/html'
import type { FormPage } from '../html/form.page.ts'
import { hiddenFields, submit } from '../html/form.page.ts'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'

export interface StepUpPage extends FormPage {
  /** Who is signed in. */
  readonly userName: string
  readonly clientName: string
  /** “Use another account”. */
  readonly signInHref: string
}

/** Says that an application wants the second factor of somebody who is signed in without it. */
export const stepUpPage = ({
  theme,
  action,
  csrf,
  hidden,
  userName,
  clientName,
  signInHref,
}: StepUpPage): Html =>
  layout(
    {
      theme,
      title: 'Confirm it is you',
      footer: html`<a href="${signInHref}">Use another account</a>`,
    },
    html`<p class="cs-lead">You are logged in as <strong><bdi>${userName}</bdi></strong>. <strong><bdi>${clientName}</bdi></strong> asks for your authentication code as well.</p>
<form class="cs-form" method="post" action="${action}">
${hiddenFields({ csrf, hidden })}
${submit('Continue')}
</form>`,
  )
