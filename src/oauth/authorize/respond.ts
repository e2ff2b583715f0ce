import type { Clock } from '../../kernel/clock.ts'
import type { Seal } from '../../kernel/seal.ts'
import type { AuthorizeError } from './authorize-checks.ts'
import { responseLocation } from './response-location.ts'
import type { ResponseMode } from './response-type.ts'

export const FORM_POST_PATH = '/auth/authorize/answer'

/** A code lives no longer; an older answer would only fail at the client. */
const ANSWER_MILLISECONDS = 60_000

/** The browser sends it in the address line, beside its cookies; servers and proxies take 16 KiB of both at most. */
export const LONGEST_SEALED = 12 * 1024

/** An answer on its way to the page that posts it: nobody else can read it, and no other browser can send it. */
export interface FormPostAnswer {
  readonly redirectUri: string
  readonly parameters: Readonly<Record<string, string>>
  /** When it was given, in milliseconds. */
  readonly at: number
}

export type AnswerSeal = Seal<FormPostAnswer>

/** Where an answer goes. The redirect URI was compared with the registered ones before. */
export interface ResponseTarget {
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  readonly state: string | undefined
}

export interface Responder {
  /** Where the browser goes with the answer; `state` and `iss` (RFC 9207 §2) are added in every mode. */
  answer(
    target: ResponseTarget,
    parameters: Readonly<Record<string, string | undefined>>,
    browserHash: string,
  ): string
  /** The same for an error (RFC 6749 §4.1.2.1, §4.2.2.1). */
  refuse(target: ResponseTarget, error: AuthorizeError, browserHash: string): string
  /** What the page of {@link FORM_POST_PATH} posts; undefined for another browser's, and a minute after it was given. */
  openFormPost(sealed: string, browserHash: string): FormPostAnswer | undefined
}

export interface ResponderDeps {
  readonly answerSeal: AnswerSeal
  readonly clock: Clock
  readonly issuer: string
}

const TOO_LARGE = {
  error: 'server_error',
  error_description:
    'the answer is too large to be posted; ask for fewer claims in the ID token, or for a code alone',
}

/** How answers of the authorization endpoint reach the client, in each response mode. */
export const createResponder = ({ answerSeal, clock, issuer }: ResponderDeps): Responder => {
  const answer: Responder['answer'] = ({ redirectUri, responseMode, state }, given, browserHash) => {
    const parameters = { ...given, state, iss: issuer }
    if (responseMode !== 'form_post') return responseLocation(redirectUri, parameters, responseMode)
    const posted = Object.fromEntries(
      Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    // NOTE: a page of its own: whoever sends browsers on needs to know only where to, also after a form of ours.
    const content = { redirectUri, parameters: posted, at: clock.now().getTime() }
    const sealed = answerSeal.seal(content, browserHash)
    if (sealed.length <= LONGEST_SEALED) return `${FORM_POST_PATH}?form=${sealed}`
    // NOTE: tokens that are to be posted are not for the address line, where the client's server would not see them either.
    if (given.error === undefined) return answer({ redirectUri, responseMode, state }, TOO_LARGE, browserHash)
    // NOTE: an error about parameters that are too long has them with it.
    return responseLocation(redirectUri, parameters, 'fragment')
  }
  return {
    answer,
    refuse: (target, { error, description }, browserHash) =>
      answer(target, { error, error_description: description }, browserHash),
    openFormPost: (sealed, browserHash) => {
      const content = answerSeal.open(sealed, browserHash)
      if (content === undefined) return undefined
      return content.at + ANSWER_MILLISECONDS > clock.now().getTime() ? content : undefined
    },
  }
}
