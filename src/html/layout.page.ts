import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { ICON_PATH, STYLESHEET_PATH } from './assets.ts'
import type { Theme } from './theme.ts'
import { DEFAULT_THEME } from './theme.ts'

/** What a template gives: escaped, ready to print. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface PageFrame {
  readonly theme: Theme
  /** What the page is for; the document title is `<title> · <theme.title>`. */
  readonly title: string
  /** The heading of the card, when it is not `title`. */
  readonly heading?: Html | string | undefined
  /** True when the page shows an error: told first in the document title, which a screen reader reads on load. */
  readonly hasError?: boolean | undefined
  /** Ours; `theme.styleUrl` is linked after it. */
  readonly stylesheetPath?: string | undefined
  /** Small links under the card. */
  readonly footer?: Html | undefined
}

/** The whole document: brand, one card with the only `h1`, footer. No script, no inline style. */
export const layout = (frame: PageFrame, body: Html): Html => {
  const { theme, title, heading = title, hasError = false, stylesheetPath = STYLESHEET_PATH, footer } = frame
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${hasError ? 'Error: ' : ''}${title} · ${theme.title}</title>
<link rel="icon" href="${ICON_PATH}" type="image/svg+xml">
<link rel="stylesheet" href="${stylesheetPath}">
${theme.styleUrl === undefined ? '' : html`<link rel="stylesheet" href="${theme.styleUrl}">`}
</head>
<body class="cs-page">
${masthead(theme, heading)}
<main class="cs-card">
<h1 class="cs-heading">${heading}</h1>
${body}
</main>
${footer === undefined ? '' : html`<footer class="cs-footer">${footer}</footer>`}
</body>
</html>
`
}

const masthead = (theme: Theme, heading: Html | string): Html => {
  const { brand, title } = theme
  if (brand?.kind === 'image')
    return html`<header class="cs-masthead"><img class="cs-brand-image" src="${brand.url}" alt="${title}"></header>`
  const isOurs = brand === undefined && title === DEFAULT_THEME.title
  const text = brand === undefined ? title : brand.text
  // NOTE: on the sign-in page the title is the heading already; saying it twice would only be noise.
  if (text === heading) return isOurs ? html`<header class="cs-masthead">${MARK}</header>` : html``
  // NOTE: after the text, which leaves room for it: a browser that draws the page before it has all of it moves nothing.
  const name = isOurs
    ? html`<span class="cs-brand cs-brand-marked"><bdi>${text}</bdi>${MARK}</span>`
    : html`<span class="cs-brand"><bdi>${text}</bdi></span>`
  return html`<header class="cs-masthead">${name}</header>`
}

const MARK = raw(
  '<svg class="cs-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">' +
    '<rect class="cs-mark-plate" width="32" height="32" rx="8"/>' +
    '<path class="cs-mark-sign" d="M8.5 16.5l4.5 4.5 10.5-10.5M8.5 25h15"/></svg>',
)
