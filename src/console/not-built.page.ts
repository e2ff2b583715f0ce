import { html } from 'hono/html'
import type { Html } from '../html/layout.page.ts'
import { layout } from '../html/layout.page.ts'
import { DEFAULT_THEME } from '../html/theme.ts'

/** What an administrator sees where the console was not built. */
export const notBuiltPage = (): Html =>
  layout(
    { theme: DEFAULT_THEME, title: 'The console is not built' },
    html`<p class="cs-lead">The server works without it. To build it, run in the folder of the server:</p>
<p><code>npm run build</code></p>
<p class="cs-hint">Then reload this page; the server need not be restarted.</p>`,
  )
