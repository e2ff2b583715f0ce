// What stands between an authorization request and its answer: the whole decision, as one pure function.

import { acrOf, isAcrReached } from '../../sessions/authentication-context.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { AuthorizeError } from './authorize-checks.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { asksForWholeUser, scopesToAllow } from './authorize-request.ts'
import type { ConsentGrant } from './consent-grant.store.ts'

export interface InteractionFacts {
  readonly request: Pick<
    AuthorizeRequest,
    'prompts' | 'maxAgeSeconds' | 'scopes' | 'requestedClaims' | 'acr' | 'userId' | 'isClientAssured'
  >
  /** When the request came; undefined for one that was never interrupted. */
  readonly createdAt: number | undefined
  /** A finished sign-in; undefined for nobody, and for a sign-in that still lacks its second factor. */
  readonly session: Pick<BrowserSession, 'authenticatedAt' | 'userId' | 'proven'> | undefined
  /** Whether the person could prove more than was proven. */
  readonly hasSecondFactor: boolean
  readonly isFirstParty: boolean
  /** What the person allowed this client before. */
  readonly consent: ConsentGrant | undefined
  readonly now: number
}

export type Interaction =
  /** `isStepUp`: the session would do, with a second factor. */
  | { readonly kind: 'sign-in'; readonly isStepUp?: true }
  | { readonly kind: 'consent' }
  | { readonly kind: 'answer' }
  | { readonly kind: 'error'; readonly error: AuthorizeError }

/** Decides what comes next; `prompt=none` turns every question into its error (OpenID Connect Core §3.1.2.6). */
export const nextInteraction = (facts: InteractionFacts): Interaction => {
  const isSilent = facts.request.prompts.includes('none')
  const signIn = nextSignIn(facts)
  if (signIn.kind === 'error') return signIn
  if (signIn.kind === 'sign-in' && !(isSilent && signIn.isWish))
    return isSilent
      ? refusal('login_required', 'the person must sign in, which prompt=none forbids')
      : { kind: 'sign-in', ...(signIn.isStepUp ? { isStepUp: true } : {}) }
  if (!isConsentSufficient(facts))
    return isSilent
      ? refusal('consent_required', 'the person must allow this, which prompt=none forbids')
      : { kind: 'consent' }
  return { kind: 'answer' }
}

const refusal = (
  error: 'login_required' | 'consent_required' | 'unmet_authentication_requirements',
  description: string,
) => ({ kind: 'error', error: { error, description } }) as const

type NextSignIn =
  | { readonly kind: 'enough' }
  /** A wish is given up rather than to end the request. */
  | { readonly kind: 'sign-in'; readonly isWish: boolean; readonly isStepUp?: true }
  | ReturnType<typeof refusal>

const nextSignIn = (facts: InteractionFacts): NextSignIn => {
  const { request, createdAt, session } = facts
  if (session === undefined) return { kind: 'sign-in', isWish: false }
  // NOTE: only a sign-in that came after the request answers prompt=login and max_age.
  const isFresh = createdAt !== undefined && session.authenticatedAt >= createdAt
  if (request.userId !== undefined && request.userId !== session.userId)
    return isFresh
      ? refusal('login_required', 'somebody else signed in than the person asked for')
      : { kind: 'sign-in', isWish: false }
  if (!isFresh && !isRecentEnough(facts, session.authenticatedAt)) return { kind: 'sign-in', isWish: false }
  const reached = acrOf(session.proven)
  const { acr } = request
  if (acr === undefined || acr.values.some((asked) => isAcrReached(reached, asked))) return { kind: 'enough' }
  // NOTE: who has a second factor is asked for it at every sign-in, so that the next one reaches the class.
  if (facts.hasSecondFactor) return { kind: 'sign-in', isWish: !acr.isEssential, isStepUp: true }
  return acr.isEssential
    ? refusal('unmet_authentication_requirements', 'the person has no second factor')
    : { kind: 'enough' }
}

const isRecentEnough = ({ request, now }: InteractionFacts, authenticatedAt: number): boolean => {
  if (request.prompts.includes('login') || request.prompts.includes('select_account')) return false
  return request.maxAgeSeconds === undefined || now - authenticatedAt <= request.maxAgeSeconds * 1000
}

const isConsentSufficient = ({ request, createdAt, isFirstParty, consent }: InteractionFacts): boolean => {
  if (isFirstParty) return true
  if (consent === undefined || !scopesToAllow(request).every((scope) => consent.scopes.includes(scope)))
    return false
  if (asksForWholeUser(request) && !consent.isWholeUser) return false
  // NOTE: whoever stands in for a client that cannot be told from it must not get by unseen what was allowed to the client.
  const isAskedAnew = request.prompts.includes('consent') || !request.isClientAssured
  return !isAskedAnew || (createdAt !== undefined && consent.updatedAt >= createdAt)
}
