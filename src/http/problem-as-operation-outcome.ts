import type { Context } from 'hono'
import type { JsonObject } from '../kernel/json.ts'
import type { Problem, ProblemDetails, ProblemIssue } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'
import { responseFormatOrJson } from './negotiate.ts'
import { isOwnScript } from './own-script.ts'
import { showedBearer, TOKEN_NOT_ENOUGH, TOKEN_REFUSED } from './problem-as-oauth.ts'
import { problemHeaders, problemStatus } from './problem-status.ts'
import { answer } from './respond.ts'
import { yamlOf } from './yaml.ts'

/** Answers with a FHIR OperationOutcome in the format that was asked for, JSON where that cannot be had. */
export const problemAsOperationOutcome = (c: Context, problem: Problem): Response => {
  for (const [name, value] of problemHeaders(problem.details)) putHeader(c, name, value)
  const status = problemStatus(problem.details)
  const { details } = problem
  if (details.kind === 'unauthenticated' && details.isTokenRefused === true)
    putHeader(c, 'WWW-Authenticate', TOKEN_REFUSED)
  else if (details.kind === 'forbidden' && showedBearer(c)) putHeader(c, 'WWW-Authenticate', TOKEN_NOT_ENOUGH)
  else if (status === 401 && !isOwnScript(c))
    putHeader(c, 'WWW-Authenticate', 'Basic realm="Countersign", charset="UTF-8", Bearer realm="Countersign"')
  return operationOutcome(c, status, outcomeOf(problem))
}

/** Answers with an OperationOutcome that is made already, in the format that was asked for. */
export const operationOutcome = (c: Context, status: number, outcome: JsonObject): Response => {
  const { format, contentType } = responseFormatOrJson(c)
  const body = format === 'yaml' ? yamlOf(outcome) : `${JSON.stringify(outcome)}`
  return answer(c, body, status, contentType)
}

/** The resource itself: one issue per fault, each naming its place. */
export const outcomeOf = (problem: Problem): JsonObject => {
  const { details } = problem
  const { code, text } = summary(details, problem.message)
  const issues: readonly ProblemIssue[] =
    details.kind === 'malformed' || details.kind === 'invalid'
      ? details.issues
      : [{ message: details.kind === 'forbidden' ? (details.message ?? text) : problem.message }]
  return outcome(details.kind === 'invalid' ? undefined : code, text, code, issues)
}

/** What the outside sees of a bug: nothing but the id to look for in the log. */
export const outcomeOfBug = (requestId: string): JsonObject =>
  outcome('exception', 'Internal Server Error', 'exception', [
    { message: `Something went wrong here. The log tells more under request id ${requestId}.` },
  ])

const outcome = (
  id: string | undefined,
  text: string,
  code: string,
  issues: readonly ProblemIssue[],
): JsonObject => ({
  resourceType: 'OperationOutcome',
  ...(id === undefined ? {} : { id }),
  text: { status: 'generated', div: escapeHtml(text) },
  issue: issues.map(({ path, message }) => ({
    severity: 'fatal',
    code,
    ...(path === undefined ? {} : { expression: [path] }),
    diagnostics: message,
  })),
})

const summary = (
  details: ProblemDetails,
  message: string,
): { readonly code: string; readonly text: string } => {
  switch (details.kind) {
    case 'oauth':
      return { code: details.challenge === undefined ? 'invalid' : 'login', text: details.description }
    case 'unauthenticated':
      return { code: 'login', text: 'Login Required' }
    case 'forbidden':
      return { code: 'forbidden', text: 'Forbidden' }
    case 'not-found':
      return { code: 'not-found', text: message }
    case 'gone':
      return { code: 'deleted', text: message }
    case 'method-not-allowed':
      return { code: 'not-supported', text: 'Method not allowed' }
    case 'not-acceptable':
      return { code: 'not-supported', text: 'Not acceptable' }
    case 'duplicate':
      return { code: 'duplicate', text: message }
    case 'version-conflict':
      return { code: 'conflict', text: message }
    case 'too-large':
      return { code: 'too-long', text: 'Body too large' }
    case 'unsupported-media-type':
      return { code: 'not-supported', text: 'Unsupported media type' }
    case 'malformed':
      return { code: 'invalid', text: 'Invalid request' }
    case 'invalid':
      return { code: 'invalid', text: 'Invalid resource' }
    case 'rate-limited':
      return { code: 'throttled', text: 'Too many requests' }
    case 'unavailable':
      return { code: 'transient', text: 'Temporarily unavailable' }
  }
}

/** `div` is XHTML, and names of resources come from outside. */
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
