import type { Client } from '../../clients/client.ts'
import { matchRedirectUri } from '../../clients/redirect-uri.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { newId } from '../../kernel/secret-token.ts'
import { commit } from '../../kernel/transact.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { AuthorizationFlow, PendingAuthorization } from '../../sign-in/authorization-flow.ts'
import type { SavedRequest } from './authorization-request.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import type { ConsentGrantStore } from './consent-grant.store.ts'
import type { IssueCodeDeps } from './issue-code.ts'
import { issueCode, requestIsOver } from './issue-code.ts'
import { nextInteraction } from './next-interaction.ts'
import type { ResolveRequestDeps } from './resolve-request.ts'
import { resolveRequest } from './resolve-request.ts'
import { errorLocation } from './response-location.ts'

/** How long a person may take from the application's link to its code. */
const REQUEST_MILLISECONDS = 10 * 60_000

export interface AuthorizationFlowDeps extends IssueCodeDeps, ResolveRequestDeps {
  readonly consents: ConsentGrantStore
}

/** What the consent page asks. */
export interface ConsentQuestion {
  readonly requestId: string
  readonly clientName: string
  readonly redirectOrigin: string
  readonly scopes: readonly string[]
}

export interface ConsentAnswer {
  readonly requestId: string
  readonly browserHash: string
  readonly session: BrowserSession
  readonly isAllowed: boolean
  readonly origin: RequestOrigin
}

/** The authorization endpoint without its HTTP: the same requests and decisions for `/auth/authorize` and `/auth/login`. */
export interface OAuthAuthorizationFlow extends AuthorizationFlow {
  /** @throws {Problem} gone — no such request in this browser */
  consentQuestion(requestId: string, browserHash: string): Promise<ConsentQuestion>
  /**
   * Remembers the yes together with what was allowed before, or ends the request with access_denied.
   * Answers where the browser goes. @throws {Problem} gone — no such request in this browser
   */
  answerConsent(answer: ConsentAnswer): Promise<string>
}

interface Situation {
  readonly request: AuthorizeRequest
  readonly client: Client
  readonly session: BrowserSession | undefined
  readonly saved: SavedRequest | undefined
}

export const createAuthorizationFlow = (deps: AuthorizationFlowDeps): OAuthAuthorizationFlow => {
  const decide = async ({ request, client, session, saved }: Situation) =>
    nextInteraction({
      request,
      savedAt: saved?.createdAt,
      session,
      isFirstParty: client.isFirstParty,
      consent:
        session === undefined || client.isFirstParty
          ? undefined
          : await deps.consents.find(session.userId, client.id),
      now: deps.clock.now().getTime(),
    })

  const save = async (request: AuthorizeRequest, browserHash: string): Promise<SavedRequest> => {
    const at = deps.clock.now()
    const saved = { id: newId(deps.random), browserHash, request, createdAt: at.getTime() }
    await deps.requests.save(saved, new Date(at.getTime() + REQUEST_MILLISECONDS))
    return saved
  }

  /** A saved request whose client still stands as it did. */
  const load = async (requestId: string, browserHash: string) => {
    const saved = await deps.requests.find(requestId, browserHash, deps.clock.now())
    if (saved === undefined) return undefined
    const client = await deps.clients.find(saved.request.clientId)
    const isUnchanged =
      client?.isActive === true &&
      client.grantTypes.has('authorization_code') &&
      matchRedirectUri(client.authorizationCode.redirectUri, saved.request.redirectUri).kind === 'match'
    return isUnchanged ? { saved, client } : undefined
  }

  const mustLoad = async (requestId: string, browserHash: string) => {
    const loaded = await load(requestId, browserHash)
    if (loaded === undefined) throw requestIsOver()
    return loaded
  }

  const proceed: AuthorizationFlow['proceed'] = async (requestId, browserHash, session, origin) => {
    const { saved, client } = await mustLoad(requestId, browserHash)
    const { request } = saved
    const interaction = await decide({ request, client, session, saved })
    switch (interaction.kind) {
      case 'sign-in':
        return `/auth/login?request=${requestId}`
      case 'consent':
        return `/auth/grant?request=${requestId}`
      case 'issue-code':
        return issueCode(deps, { request, session, requestId, origin })
      case 'error':
        return errorLocation(request, interaction.error, deps.issuer)
    }
  }

  return {
    begin: async (query, browserHash, session, origin) => {
      const resolved = await resolveRequest(deps, query)
      if (resolved.kind === 'error') return { kind: 'redirect', location: resolved.location }
      const { request, client } = resolved
      const interaction = await decide({ request, client, session, saved: undefined })
      switch (interaction.kind) {
        case 'sign-in':
          return { kind: 'sign-in', pending: pendingOf(await save(request, browserHash), client) }
        case 'consent':
          return {
            kind: 'redirect',
            location: `/auth/grant?request=${(await save(request, browserHash)).id}`,
          }
        case 'issue-code': {
          if (session === undefined) throw new Error('a code needs a session')
          const location = await issueCode(deps, { request, session, requestId: undefined, origin })
          return { kind: 'redirect', location }
        }
        case 'error':
          return { kind: 'redirect', location: errorLocation(request, interaction.error, deps.issuer) }
      }
    },
    find: async (requestId, browserHash) => {
      const loaded = await load(requestId, browserHash)
      return loaded === undefined ? undefined : pendingOf(loaded.saved, loaded.client)
    },
    proceed,
    consentQuestion: async (requestId, browserHash) => {
      const { saved, client } = await mustLoad(requestId, browserHash)
      const { clientName, redirectOrigin } = pendingOf(saved, client)
      return { requestId, clientName, redirectOrigin, scopes: saved.request.scopes }
    },
    answerConsent: async ({ requestId, browserHash, session, isAllowed, origin }) => {
      const { saved, client } = await mustLoad(requestId, browserHash)
      const audit = deps.auditLog.step({
        event: 'consent',
        outcome: isAllowed ? 'success' : 'failure',
        userId: session.userId,
        clientId: client.id,
        actor: `User/${session.userId}`,
        detail: { scope: saved.request.scopes.join(' ') },
        origin,
        ...(isAllowed ? {} : { reason: 'denied' }),
      })
      if (!isAllowed) {
        const outcome = await deps.transact([deps.requests.useStep(requestId), audit])
        if (outcome.kind === 'refused') throw requestIsOver()
        const denial = { error: 'access_denied', description: 'the person did not allow it' } as const
        return errorLocation(saved.request, denial, deps.issuer)
      }
      const before = await deps.consents.find(session.userId, client.id)
      const scopes = [...new Set([...(before?.scopes ?? []), ...saved.request.scopes])]
      const allow = deps.consents.allowStep(session.userId, client.id, scopes, deps.clock.now())
      await commit(deps.transact, [allow, audit])
      return proceed(requestId, browserHash, session, origin)
    },
  }
}

const pendingOf = (saved: SavedRequest, client: Client): PendingAuthorization => ({
  requestId: saved.id,
  clientId: client.id,
  clientName: client.name ?? client.id,
  loginHint: saved.request.loginHint,
  redirectOrigin: originOf(saved.request.redirectUri),
})

/** The origin of a web address; of an app's own scheme the scheme. */
const originOf = (uri: string): string => {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' ? protocol : origin
}
