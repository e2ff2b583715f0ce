import { html } from 'hono/html'
import type { Html } from './layout.page.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An instant for people: `24 Nov 2026, 11:46 UTC`. Nobody's time zone is known without a script. */
export const time = (milliseconds: number): Html => {
  const iso = new Date(milliseconds).toISOString()
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  const text = `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}, ${iso.slice(11, 16)} UTC`
  return html`<time datetime="${iso}">${text}</time>`
}
