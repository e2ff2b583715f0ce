import type { Context } from 'hono'
import type { ClientStore } from '../../clients/client.store.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Fields } from '../../http/fields.ts'
import { readFields } from '../../http/fields.ts'
import { answer } from '../../http/respond.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { malformed } from '../../kernel/problem.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import { browserName } from '../../sessions/browser-name.ts'
import type { SessionOf } from '../../sessions/browser-session.ts'
import type { SessionStore } from '../../sessions/session.store.ts'
import type { ChangingSessionDeps } from '../../two-factor/changing-session.routes.ts'
import { changingSession } from '../../two-factor/changing-session.routes.ts'
import type { ConsentGrantStore } from '../authorize/consent-grant.store.ts'
import type { EndGrantDeps } from '../grants/end-grant.ts'
import { endGrant } from '../grants/end-grant.ts'
import { readBearerToken } from '../userinfo/bearer-token.ts'
import { endOwnSessions } from './end-own-sessions.ts'

export interface OwnAccessJsonDeps extends EndGrantDeps, Pick<ChangingSessionDeps, 'auditLog' | 'csrf'> {
  readonly clients: Pick<ClientStore, 'find'>
  readonly consents: ConsentGrantStore
  readonly sessions: SessionStore
  readonly sessionOf: SessionOf
}

/** Whoever calls, and the browser session that they are in. */
interface OwnCaller {
  readonly userId: string
  readonly sessionId: string
  readonly clientId?: string
}

const NOTHING: Fields = { values: new Map(), isJson: true }

/**
 * The pages' content and what they do in JSON, for one's own UI: by the session cookie, or a token of an app of the operator.
 * @throws {Problem} as {@link changingSession}; malformed — naming the parameter
 */
export const ownAccessJson = (deps: OwnAccessJsonDeps) => {
  const callerOf = async (c: Context<AppEnv>, fields: Fields, what: string): Promise<OwnCaller> => {
    const session = await changingSession(
      {
        auditLog: deps.auditLog,
        csrf: deps.csrf,
        currentSession: deps.sessionOf,
        readBearerToken: (authorization) => readBearerToken(authorization, undefined),
        findTokenSession: (token) => deps.sessions.findTokenSession(hashSecretToken(token), deps.clock.now()),
        isFirstParty: async (clientId) => (await deps.clients.find(clientId))?.isFirstParty === true,
        changes: { event: 'sign-out', what },
      },
      c,
      fields,
    )
    const { id, userId, clientId } = session
    const sessionId = (await deps.sessions.findParentId(id)) ?? id
    return { userId, sessionId, ...(clientId === undefined ? {} : { clientId }) }
  }

  const endOf = async (c: Context<AppEnv>, what: string) => {
    const fields = await readFields(c)
    const caller = await callerOf(c, fields, what)
    const end = fields.values.get('end')
    if (end === undefined || end === '') throw malformed('is missing; say what is to end', 'end')
    const { userId, clientId } = caller
    const actor = `User/${userId}`
    return {
      caller,
      end,
      who: { origin: c.env.origin, actor, ...(clientId === undefined ? {} : { clientId }) },
    }
  }

  return {
    sessions: async (c: Context<AppEnv>): Promise<Response> => {
      const { userId, sessionId } = await callerOf(c, NOTHING, 'sessions')
      const all = await deps.sessions.listBrowserSessions(userId, deps.clock.now())
      return say(c, {
        sessions: all.map(({ id, proven, userAgent, address, ...times }) => ({
          id,
          is_current: id === sessionId,
          methods: proven.map(({ factor }) => factor),
          browser: browserName(userAgent) ?? null,
          address: address ?? null,
          signed_in_at: instant(times.authenticatedAt),
          last_used_at: instant(times.lastUsedAt),
          expires_at: instant(times.expiresAt),
        })),
      })
    },

    /** True where the caller's own session is over now. */
    endSessions: async (c: Context<AppEnv>): Promise<boolean> => {
      const { caller, end, who } = await endOf(c, 'sessions')
      return endOwnSessions(deps, caller, end, who)
    },

    grants: async (c: Context<AppEnv>): Promise<Response> => {
      const { userId } = await callerOf(c, NOTHING, 'what apps are allowed')
      const allowed = await deps.consents.listOfUser(userId)
      const grants = await Promise.all(
        allowed.map(async ({ clientId, scopes, isWholeUser, updatedAt }) => ({
          client: { id: clientId, name: (await deps.clients.find(clientId))?.name ?? clientId },
          scopes,
          whole_user: isWholeUser,
          allowed_at: instant(updatedAt),
        })),
      )
      return say(c, { grants })
    },

    endGrant: async (c: Context<AppEnv>): Promise<Response> => {
      const { caller, end, who } = await endOf(c, 'what apps are allowed')
      const { actor, origin } = who
      if ((await deps.consents.find(caller.userId, end)) !== undefined)
        await endGrant(deps, caller.userId, end, { actor, origin })
      return say(c, {})
    },
  }
}

export const say = (c: Context<AppEnv>, body: JsonObject): Response =>
  answer(c, JSON.stringify(body), 200, 'application/json; charset=utf-8')

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
