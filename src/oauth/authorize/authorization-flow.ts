import type { Client } from '../../clients/client.ts'
import { networkOf } from '../../http/client-address.ts'
import { Problem } from '../../kernel/problem.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { AuthorizationFlow, NextStop, PendingAuthorization } from '../../sign-in/authorization-flow.ts'
import type { ScopeTextStore } from '../scopes/scope-texts.store.ts'
import type { AuthorizeError } from './authorize-checks.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { asksForWholeUser, scopesToAllow } from './authorize-request.ts'
import type { ConsentGrantStore } from './consent-grant.store.ts'
import type { ConsentAnswer, ConsentQuestion } from './consent-question.ts'
import type { IssueAnswerDeps } from './issue-answer.ts'
import { answerToIssue } from './issue-answer.ts'
import { nextInteraction } from './next-interaction.ts'
import type { PendingRequest, RequestSeal } from './request-seal.ts'
import type { ResolveRequestDeps } from './resolve-request.ts'
import { resolveRequest } from './resolve-request.ts'
import type { ResponseTarget } from './respond.ts'
import { LONGEST_SEALED } from './respond.ts'
import { stillMayAsk } from './still-may-ask.ts'

/** How long a person may take from the application's link to its code. */
const REQUEST_MILLISECONDS = 10 * 60_000

const DAY_MILLISECONDS = 24 * 3600_000

export interface AuthorizationFlowDeps extends IssueAnswerDeps, ResolveRequestDeps {
  readonly requestSeal: RequestSeal
  readonly consents: ConsentGrantStore
  readonly scopeTexts: ScopeTextStore
  readonly transact: Transact
  /** Whether there is a second factor that the user could prove. */
  readonly hasSecondFactor: (userId: string) => Promise<boolean>
}

/** The authorization endpoint without its HTTP: the same requests and decisions for `/auth/authorize` and `/auth/login`. */
export interface OAuthAuthorizationFlow extends AuthorizationFlow {
  /** @throws {Problem} gone — no such request in this browser */
  consentQuestion(sealed: string, browserHash: string): Promise<ConsentQuestion>
  /**
   * Remembers the yes together with what was allowed before, or tells the client access_denied.
   * Answers where the browser goes. @throws {Problem} gone — no such request in this browser
   */
  answerConsent(answer: ConsentAnswer): Promise<string>
}

/** A pending request as the browser carries it. */
interface HeldRequest extends PendingRequest {
  readonly sealed: string
}

interface LiveRequest extends HeldRequest {
  readonly client: Client
}

interface Situation {
  readonly request: AuthorizeRequest
  readonly client: Client
  readonly session: BrowserSession | undefined
  /** Undefined for a request that was never interrupted. */
  readonly createdAt: number | undefined
}

export const createAuthorizationFlow = (deps: AuthorizationFlowDeps): OAuthAuthorizationFlow => {
  const decide = async ({ request, client, session, createdAt }: Situation) =>
    nextInteraction({
      request,
      createdAt,
      session,
      hasSecondFactor:
        session !== undefined && request.acr !== undefined && (await deps.hasSecondFactor(session.userId)),
      isFirstParty: client.isFirstParty,
      consent:
        session === undefined || client.isFirstParty
          ? undefined
          : await deps.consents.find(session.userId, client.id),
      now: deps.clock.now().getTime(),
    })

  const hold = (request: AuthorizeRequest, browserHash: string): HeldRequest => {
    const pending = { request, createdAt: deps.clock.now().getTime() }
    return { ...pending, sealed: deps.requestSeal.seal(pending, browserHash) }
  }

  /** A request of this browser, not too old, whose client still stands as it did. */
  const load = async (sealed: string, browserHash: string): Promise<LiveRequest | undefined> => {
    const pending = deps.requestSeal.open(sealed, browserHash)
    if (pending === undefined) return undefined
    if (pending.createdAt + REQUEST_MILLISECONDS <= deps.clock.now().getTime()) return undefined
    const client = await deps.clients.find(pending.request.clientId)
    return client !== undefined && stillMayAsk(client, pending.request)
      ? { ...pending, sealed, client }
      : undefined
  }

  const mustLoad = async (sealed: string, browserHash: string): Promise<LiveRequest> => {
    const live = await load(sealed, browserHash)
    if (live === undefined) throw requestIsOver()
    return live
  }

  const recordRefusal = (
    client: Client,
    session: BrowserSession | undefined,
    reason: string,
    origin: RequestOrigin | undefined,
  ): void => {
    // NOTE: of a stranger no more than one a day is kept, from one network for one client: anybody can send more.
    const day = Math.floor(deps.clock.now().getTime() / DAY_MILLISECONDS)
    deps.auditLog.recordSoon({
      event: 'authorization',
      outcome: 'failure',
      reason,
      clientId: client.id,
      ...(session === undefined
        ? { once: ['authorization', reason, client.id, networkOf(origin?.address ?? ''), day].join(' ') }
        : { userId: session.userId, actor: `User/${session.userId}` }),
      ...(origin === undefined ? {} : { origin }),
    })
  }

  const refuse = (
    {
      request,
      client,
      session,
    }: Pick<Situation, 'client' | 'session'> & { readonly request: ResponseTarget },
    error: AuthorizeError,
    browserHash: string,
    origin: RequestOrigin | undefined,
  ): string => {
    // NOTE: that a stranger must sign in first, and cannot, is nothing to remember.
    if (session !== undefined || error.error !== 'login_required')
      recordRefusal(client, session, error.reason ?? error.error, origin)
    return deps.responder.refuse(request, error, browserHash)
  }

  const nextStop = async (
    { sealed, request, createdAt, client }: LiveRequest,
    browserHash: string,
    session: BrowserSession,
    origin: RequestOrigin | undefined,
  ): Promise<NextStop> => {
    const interaction = await decide({ request, client, session, createdAt })
    switch (interaction.kind) {
      case 'sign-in':
        return { location: `/auth/login?request=${sealed}`, steps: [] }
      case 'consent':
        return { location: `/auth/grant?request=${sealed}`, steps: [] }
      case 'answer':
        return answerToIssue(deps, { request, client, session, browserHash, origin })
      case 'error':
        return {
          location: refuse({ request, client, session }, interaction.error, browserHash, origin),
          steps: [],
        }
    }
  }

  const arrive = async ({ location, steps }: NextStop): Promise<string> => {
    if (steps.length === 0) return location
    const outcome = await deps.transact(steps)
    if (outcome.kind === 'refused') throw signedOutMeanwhile()
    return location
  }

  return {
    begin: async (query, browserHash, session, origin) => {
      const resolved = await resolveRequest(deps, query)
      if (resolved.kind === 'foreign-redirect-uri') {
        recordRefusal(resolved.client, session, 'other-redirect-uri', origin)
        throw resolved.problem
      }
      if (resolved.kind === 'error') {
        const { client, target } = resolved
        const location = refuse({ request: target, client, session }, resolved.error, browserHash, origin)
        return { kind: 'redirect', location }
      }
      const { request, client } = resolved
      const interaction = await decide({ request, client, session, createdAt: undefined })
      switch (interaction.kind) {
        case 'sign-in':
        case 'consent': {
          const held = hold(request, browserHash)
          if (held.sealed.length > LONGEST_SEALED)
            return { kind: 'redirect', location: deps.responder.refuse(request, TOO_LONG, browserHash) }
          return interaction.kind === 'sign-in'
            ? { kind: 'sign-in', pending: pendingOf(held, client) }
            : { kind: 'redirect', location: `/auth/grant?request=${held.sealed}` }
        }
        case 'answer': {
          if (session === undefined) throw new Error('an answer needs a session')
          const issue = { request, client, session, browserHash, origin }
          return { kind: 'redirect', location: await arrive(await answerToIssue(deps, issue)) }
        }
        case 'error':
          return {
            kind: 'redirect',
            location: refuse({ request, client, session }, interaction.error, browserHash, origin),
          }
      }
    },
    find: async (sealed, browserHash) => {
      const live = await load(sealed, browserHash)
      return live && pendingOf(live, live.client)
    },
    asksForCodeOnly: async (sealed, browserHash, session) => {
      const live = await load(sealed, browserHash)
      if (live === undefined) return false
      const interaction = await decide({ ...live, session })
      return interaction.kind === 'sign-in' && interaction.isStepUp === true
    },
    prepare: async (sealed, browserHash, session, origin) => {
      const live = await load(sealed, browserHash)
      return live === undefined
        ? { location: `/auth/authorize/continue?request=${encodeURIComponent(sealed)}`, steps: [] }
        : nextStop(live, browserHash, session, origin)
    },
    proceed: async (sealed, browserHash, session, origin) =>
      arrive(await nextStop(await mustLoad(sealed, browserHash), browserHash, session, origin)),
    consentQuestion: async (sealed, browserHash) => {
      const live = await mustLoad(sealed, browserHash)
      const { request, clientName, redirectOrigin } = pendingOf(live, live.client)
      const asked = scopesToAllow(live.request)
      const texts = await deps.scopeTexts.textsOf(asked)
      const scopes = asked.map((scope) => ({ scope, ...texts.get(scope) }))
      return { request, clientName, redirectOrigin, scopes, isWholeUser: asksForWholeUser(live.request) }
    },
    answerConsent: async ({ request: sealed, browserHash, session, isAllowed, origin }) => {
      const live = await mustLoad(sealed, browserHash)
      const { request, client } = live
      const asked = scopesToAllow(request)
      const asksForUser = asksForWholeUser(request)
      const audit = deps.auditLog.step({
        event: 'consent',
        outcome: isAllowed ? 'success' : 'failure',
        userId: session.userId,
        clientId: client.id,
        actor: `User/${session.userId}`,
        detail: { scope: asked.join(' '), wholeUser: asksForUser },
        origin,
        ...(isAllowed ? {} : { reason: 'denied' }),
      })
      if (!isAllowed) {
        await commit(deps.transact, [audit])
        const denial = { error: 'access_denied', description: 'the person did not allow it' } as const
        return deps.responder.refuse(request, denial, browserHash)
      }
      const before = await deps.consents.find(session.userId, client.id)
      const scopes = [...new Set([...(before?.scopes ?? []), ...asked])]
      const isWholeUser = before?.isWholeUser === true || asksForUser
      const allowed = { scopes, isWholeUser }
      const allow = deps.consents.allowStep(session.userId, client.id, allowed, deps.clock.now())
      await commit(deps.transact, [allow, audit])
      return arrive(await nextStop(live, browserHash, session, origin))
    },
  }
}

const TOO_LONG = { error: 'invalid_request', description: 'the parameters together are too long' } as const

const pendingOf = ({ sealed, request }: HeldRequest, client: Client): PendingAuthorization => ({
  request: sealed,
  clientId: client.id,
  clientName: client.name ?? client.id,
  loginHint: request.loginHint,
  redirectOrigin: originOf(request.redirectUri),
})

/** The origin of a web address; of an app's own scheme the scheme. */
const originOf = (uri: string): string => {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' ? protocol : origin
}

/** A 410 for somebody whose session ended in another tab between its being read and its answer. */
const signedOutMeanwhile = (): Problem =>
  new Problem({ kind: 'gone', message: 'You were signed out meanwhile. Go back to the application.' })

/** A 410 for a request that is too old or belongs to another browser. */
const requestIsOver = (): Problem =>
  new Problem({
    kind: 'gone',
    message: 'This sign-in took too long. Go back to the application and start again.',
  })
