import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Theme } from '../html/theme.ts'
import { DEFAULT_THEME } from '../html/theme.ts'
import type { Problem, ProblemDetails } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'
import { problemHeaders, problemStatus } from './problem-status.ts'
import { page } from './respond.ts'

interface PageLink {
  readonly href: string
  readonly label: string
}

/** Tells a request that ended early to a person. */
export type RenderProblem = (view: {
  readonly theme: Theme
  readonly heading: string
  readonly message: string
  readonly requestId: string
  readonly retryAfterSeconds?: number | undefined
  readonly action?: PageLink | undefined
}) => HtmlEscapedString | Promise<HtmlEscapedString>

export interface ProblemPageDeps {
  readonly renderProblem: RenderProblem
  /** May fail, as the database may be what is down; the default look then serves. */
  readonly currentTheme: () => Promise<Theme>
  /** Whether a path takes GET. */
  readonly isOpenable: (path: string) => boolean
}

/** Answers with a page that says what happened and what to do next. */
export const problemAsPage = async (
  c: Context,
  problem: Problem,
  deps: ProblemPageDeps,
): Promise<Response> => {
  const { details } = problem
  for (const [name, value] of problemHeaders(details)) putHeader(c, name, value)
  const { heading, message } = wording(details, problem.message)
  return problemPage(c, deps, {
    status: problemStatus(details),
    heading,
    message,
    retryAfterSeconds: details.kind === 'rate-limited' ? details.retryAfterSeconds : undefined,
    action: isOfForm(details)
      ? { href: openablePath(c.req.path, deps.isOpenable), label: 'Open the page again' }
      : undefined,
  })
}

const isOfForm = (details: ProblemDetails): boolean =>
  details.kind === 'forbidden' && details.isOfForm === true

/**
 * Where the page of a form is: its path, or the nearest above that takes GET.
 * NOTE: a link, as a reload would send the form again; without the query, which whoever sent the form has chosen.
 */
const openablePath = (path: string, isOpenable: (path: string) => boolean): string => {
  if (path === '') return '/'
  return isOpenable(path) ? path : openablePath(path.slice(0, path.lastIndexOf('/')), isOpenable)
}

interface ProblemPageView {
  readonly status: number
  readonly heading: string
  readonly message: string
  readonly retryAfterSeconds?: number | undefined
  readonly action?: PageLink | undefined
}

/** Answers with a page in the current theme, or in the default one where that cannot be read. */
export const problemPage = async (
  c: Context,
  deps: ProblemPageDeps,
  view: ProblemPageView,
): Promise<Response> => {
  const theme = await deps.currentTheme().catch(() => DEFAULT_THEME)
  const { requestId } = c.env.origin
  const { status, ...told } = view
  const content = deps.renderProblem({ ...told, theme, requestId })
  return page(c, content, { status, theme })
}

const wording = (
  details: ProblemDetails,
  message: string,
): { readonly heading: string; readonly message: string } => {
  switch (details.kind) {
    case 'oauth':
      return { heading: 'This sign-in request is not valid', message: sentence(details.description) }
    case 'unauthenticated':
      return { heading: 'Please sign in', message: 'You are not signed in. Sign in and try again.' }
    case 'forbidden':
      return {
        heading: 'Not allowed',
        message: sentence(details.message ?? 'You are signed in, but you may not do this.'),
      }
    case 'not-found':
      return { heading: 'Page not found', message: sentence(message) }
    case 'gone':
      return { heading: 'No longer here', message: sentence(message) }
    case 'method-not-allowed':
      return { heading: 'Not possible here', message: 'This address does not take that kind of request.' }
    case 'not-acceptable':
    case 'unsupported-media-type':
    case 'malformed':
    case 'invalid':
      return { heading: 'This request is not valid', message: sentence(message) }
    case 'duplicate':
    case 'version-conflict':
      return { heading: 'Somebody else was faster', message: sentence(message) }
    case 'too-large':
      return { heading: 'Too much at once', message: sentence(message) }
    case 'rate-limited':
      return { heading: 'Too many tries', message: '' }
    case 'unavailable':
      return {
        heading: 'Temporarily unavailable',
        message: `${sentence(message)} Wait a moment, then reload the page.`,
      }
  }
}

/** `client_id: …` and `client_id …` begin with a name that a developer looks for, not with a word. */
const BEGINS_WITH_NAME = /^[\w.[\]-]+:|^[a-z]+_\w/

const sentence = (text: string): string => {
  const started = BEGINS_WITH_NAME.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
  return started === '' || /[.!?…]$/.test(started) ? started : `${started}.`
}
