// What stands between an authorization request and its code: the whole decision, as one pure function.

import type { BrowserSession } from '../../sessions/session.ts'
import type { AuthorizeError } from './authorize-checks.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

export interface InteractionFacts {
  readonly request: Pick<AuthorizeRequest, 'prompts' | 'maxAgeSeconds' | 'scopes'>
  /** When the request came; undefined for one that was never interrupted. */
  readonly createdAt: number | undefined
  /** A finished sign-in; undefined for nobody, and for a sign-in that still lacks its second factor. */
  readonly session: Pick<BrowserSession, 'authenticatedAt'> | undefined
  readonly isFirstParty: boolean
  /** What the person allowed this client before. */
  readonly consent: { readonly scopes: readonly string[]; readonly updatedAt: number } | undefined
  readonly now: number
}

export type Interaction =
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'consent' }
  | { readonly kind: 'issue-code' }
  | { readonly kind: 'error'; readonly error: AuthorizeError }

/** Decides what comes next; `prompt=none` turns every question into its error (OpenID Connect Core §3.1.2.6). */
export const nextInteraction = (facts: InteractionFacts): Interaction => {
  const isSilent = facts.request.prompts.includes('none')
  if (!isSignInSufficient(facts))
    return isSilent
      ? refusal('login_required', 'the person must sign in, which prompt=none forbids')
      : { kind: 'sign-in' }
  if (!isConsentSufficient(facts))
    return isSilent
      ? refusal('consent_required', 'the person must allow this, which prompt=none forbids')
      : { kind: 'consent' }
  return { kind: 'issue-code' }
}

const refusal = (error: 'login_required' | 'consent_required', description: string): Interaction => ({
  kind: 'error',
  error: { error, description },
})

const isSignInSufficient = ({ request, createdAt, session, now }: InteractionFacts): boolean => {
  if (session === undefined) return false
  // NOTE: only a sign-in that came after the request answers prompt=login and max_age.
  const isFresh = createdAt !== undefined && session.authenticatedAt >= createdAt
  if (isFresh) return true
  if (request.prompts.includes('login') || request.prompts.includes('select_account')) return false
  return request.maxAgeSeconds === undefined || now - session.authenticatedAt <= request.maxAgeSeconds * 1000
}

const isConsentSufficient = ({ request, createdAt, isFirstParty, consent }: InteractionFacts): boolean => {
  if (isFirstParty) return true
  if (consent === undefined || !request.scopes.every((scope) => consent.scopes.includes(scope))) return false
  return !request.prompts.includes('consent') || (createdAt !== undefined && consent.updatedAt >= createdAt)
}
