import { html } from 'hono/html'
import { linkButton } from './form.page.ts'
import type { Html } from './layout.page.ts'
import { layout } from './layout.page.ts'
import type { Theme } from './theme.ts'
import { tooManyTries } from './wait-in-words.ts'

export interface ProblemPage {
  readonly theme: Theme
  /** What happened, in a few words: “Page not found”. */
  readonly heading: string
  /** Why, and what to do next. */
  readonly message: string
  /** Shown so that a person can quote it; the same id is in the log. */
  readonly requestId: string
  /** How long to wait (429); said in words before `message`. */
  readonly retryAfterSeconds?: number | undefined
  readonly action?: { readonly href: string; readonly label: string } | undefined
}

/** A request that ended early, told to a person: 400, 403, 404, 413, 429, 500, 503. */
export const problemPage = ({
  theme,
  heading,
  message,
  requestId,
  retryAfterSeconds,
  action,
}: ProblemPage): Html =>
  layout(
    {
      theme,
      title: heading,
      footer: html`<p class="cs-request">Request <code>${requestId}</code></p>`,
    },
    html`<div role="alert">
${retryAfterSeconds === undefined ? '' : html`<p>${tooManyTries(retryAfterSeconds)}</p>`}
${message === '' ? '' : html`<p>${message}</p>`}
</div>
${action === undefined ? '' : html`<div class="cs-actions">${linkButton(action.href, action.label, 'secondary')}</div>`}`,
  )
