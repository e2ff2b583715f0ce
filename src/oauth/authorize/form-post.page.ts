import { html } from 'hono/html'
import { POST_FORM_PATH } from '../../html/assets.ts'
import { submit } from '../../html/form.page.ts'
import type { Html } from '../../html/layout.page.ts'
import { layout } from '../../html/layout.page.ts'
import type { Theme } from '../../html/theme.ts'

export interface FormPostPage {
  readonly theme: Theme
  /** The redirect URI. */
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Posts the answer to the application (Form Post Response Mode §2): by itself, or by its button where scripts are off. */
export const formPostPage = ({ theme, action, parameters }: FormPostPage): Html =>
  layout(
    { theme, title: 'Back to the application' },
    html`<p>The application is waiting for the answer.</p>
<form class="cs-form" method="post" action="${action}">
${Object.entries(parameters).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="cs-actions">${submit('Continue')}</div>
</form>
<p class="cs-hint">You will go to <bdi>${new URL(action).origin}</bdi></p>
<script src="${POST_FORM_PATH}" defer></script>`,
  )
