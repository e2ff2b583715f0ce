import type { Expression, SqlBool } from 'kysely'
import { sql as raw } from 'kysely'
import type { Compilable, Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import type { Parameter } from '../db/prepared.ts'
import { prepared } from '../db/prepared.ts'
import type { SessionTable } from '../db/tables.ts'
import type { WriteStep } from '../kernel/transact.ts'
import { activeParties } from './active-parties.sql.ts'
import { KEPT_AFTER_SESSION_MILLISECONDS, queueLogoutNotices } from './logout-notice.sql.ts'
import type { SessionStore } from './session.store.ts'
import type { BrowserSession, ProvenFactor } from './session.ts'

/** More browsers than anybody has. */
const MOST_LISTED = 100

interface TokenAt {
  readonly tokenHash: string
  readonly now: number
}

interface OpenedRow {
  readonly id: string
  readonly userId: string
  readonly tokenHash: string
  readonly proven: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly at: number
  readonly authenticatedAt: number
  readonly expiresAt: number
  readonly sweepAt: number
}

export const createSessionStore = (database: Database): SessionStore => {
  const { sql, dialect } = database

  const { isUserActive, isClientActive, activeUser, firstParty } = activeParties(database)
  const isOffline = raw<SqlBool>`' ' || coalesce(refresh_scope, scope, '') || ' ' like '% offline_access %'`

  const lastIssue = sql
    .selectFrom('session as t')
    .select((row) => row.fn.max('t.created_at').as('at'))
    .where('t.parent_id', '=', raw.ref<string>('session.id'))

  const live = (value: Parameter<TokenAt>) =>
    sql
      .selectFrom('session')
      .where('token_hash', '=', value('tokenHash'))
      .where('ended_at', 'is', null)
      .where('expires_at', '>', value('now'))

  const liveBrowserSession = prepared((value: Parameter<TokenAt>) =>
    live(value)
      .select(['id', 'user_id', 'proven', 'authenticated_at', 'expires_at'])
      .where('type', '=', 'browser')
      .where((where) => where.exists(activeUser)),
  )
  // NOTE: of an `exists` beside an `or` PostgreSQL may make a set of all users first; a join finds the one.
  const liveTokenSession = prepared((value: Parameter<TokenAt>) =>
    live(value)
      .leftJoin('resource as u', (join) =>
        join
          .onRef('u.id', '=', 'session.user_id')
          .on('u.kind', '=', 'User')
          .on('u.is_deleted', '=', 0)
          .on(isUserActive),
      )
      .leftJoin('resource as c', (join) =>
        join
          .onRef('c.id', '=', 'session.client_id')
          .on('c.kind', '=', 'Client')
          .on('c.is_deleted', '=', 0)
          .on(isClientActive),
      )
      .select([
        'session.id',
        'family_id',
        'user_id',
        'client_id',
        'scope',
        'proven',
        'authenticated_at',
        'expires_at',
      ])
      .where('type', '<>', 'browser')
      .where((where) => where.or([where('user_id', 'is', null), where('u.id', 'is not', null)]))
      .where((where) => where.or([where('client_id', 'is', null), where('c.id', 'is not', null)])),
  )
  const open = prepared<OpenedRow>((value) =>
    sql.insertInto('session').values({
      id: value('id'),
      type: 'browser',
      user_id: value('userId'),
      family_id: value('id'),
      token_hash: value('tokenHash'),
      proven: value('proven'),
      address: value('address'),
      user_agent: value('userAgent'),
      created_at: value('at'),
      authenticated_at: value('authenticatedAt'),
      expires_at: value('expiresAt'),
      refresh_contenders: 0,
      sweep_at: value('sweepAt'),
    }),
  )

  const living = (isHeld: boolean) =>
    prepared<{ id: string; now: number }>((value) => {
      const query = sql
        .selectFrom('session')
        .select('id')
        .where('id', '=', value('id'))
        .where('ended_at', 'is', null)
        .where('expires_at', '>', value('now'))
      return isHeld ? query.forShare() : query
    })
  const alive = living(false)
  const held = living(dialect.engine === 'postgres')

  const end = (reason: string, at: Date) =>
    sql
      .updateTable('session')
      .set({ ended_at: at.getTime(), ended_reason: reason })
      .where('ended_at', 'is', null)

  // NOTE: PostgreSQL shows a statement only what was committed before it: the first waits for refreshes under way, which
  // hold a row of what is to end, the second ends what they added.
  const twice = (query: Compilable<unknown>): readonly WriteStep[] => [
    database.step(query),
    database.step(query),
  ]

  return {
    openStep: ({ id, tokenHash, userId, proven, origin, at, authenticatedAt, expiresAt }) =>
      database.step(
        open({
          id,
          userId,
          tokenHash,
          proven: JSON.stringify(proven),
          address: origin?.address ?? null,
          userAgent: origin?.userAgent ?? null,
          at: at.getTime(),
          authenticatedAt: authenticatedAt ?? at.getTime(),
          expiresAt: expiresAt.getTime(),
          sweepAt: expiresAt.getTime() + KEPT_AFTER_SESSION_MILLISECONDS,
        }),
      ),

    aliveGuard: (sessionId, now) => database.guard(held({ id: sessionId, now: now.getTime() })),

    isAlive: async (sessionId, now) =>
      (await database.first(alive({ id: sessionId, now: now.getTime() }))) !== undefined,

    renewStep: (sessionId, proven, at) =>
      database.step(
        sql
          .updateTable('session')
          .set({ proven: JSON.stringify(proven), authenticated_at: at.getTime() })
          .where('id', '=', sessionId)
          .where('ended_at', 'is', null),
      ),

    findBrowserSession: async (tokenHash, now) => {
      const row = await database.first(liveBrowserSession({ tokenHash, now: now.getTime() }))
      const session = row && browserSessionOf(row)
      return session && { ...session, cookieHash: tokenHash }
    },

    findTokenSession: async (tokenHash, now) => {
      const row = await database.first(liveTokenSession({ tokenHash, now: now.getTime() }))
      if (row?.expires_at == null) return undefined
      return {
        id: row.id,
        familyId: row.family_id,
        userId: row.user_id ?? undefined,
        clientId: row.client_id ?? undefined,
        scope: row.scope ?? undefined,
        // NOTE: a token exchanged for somebody else's proves nothing that happened here, whenever it was issued.
        authenticatedAt: row.proven === '[]' ? undefined : (row.authenticated_at ?? undefined),
        expiresAt: row.expires_at,
      }
    },

    reopenSteps: ({ id, tokenHash, userId, proven, origin, at, authenticatedAt, expiresAt }) => [
      database.guard(
        sql
          .updateTable('session')
          .set({
            token_hash: tokenHash,
            proven: JSON.stringify(proven),
            address: origin?.address ?? null,
            user_agent: origin?.userAgent ?? null,
            authenticated_at: authenticatedAt ?? at.getTime(),
            expires_at: expiresAt.getTime(),
            sweep_at: expiresAt.getTime() + KEPT_AFTER_SESSION_MILLISECONDS,
          })
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .where('type', '=', 'browser')
          .where('ended_at', 'is', null)
          .returning('id'),
      ),
      database.step(
        sql
          .updateTable('logged_in_client')
          .set({ expires_at: expiresAt.getTime() + KEPT_AFTER_SESSION_MILLISECONDS })
          .where('session_id', '=', id),
      ),
    ],

    endSteps: (sessionId, reason, at) => [
      database.step(
        sql
          .updateTable('session')
          .set({ parent_id: null })
          .where('parent_id', '=', sessionId)
          .where('ended_at', 'is', null)
          .where(isOffline)
          .where((where) => where.not(where.exists(firstParty))),
      ),
      database.step(end(reason, at).where('id', '=', sessionId)),
      ...twice(end(reason, at).where('parent_id', '=', sessionId)),
      queueLogoutNotices(database, raw<SqlBool>`b.id = ${sessionId}`, at),
    ],

    endAllOfUserSteps: (userId, reason, at, exceptSessionId): readonly WriteStep[] => {
      const all = end(reason, at).where('user_id', '=', userId)
      const which =
        exceptSessionId === undefined
          ? raw<SqlBool>`b.user_id = ${userId}`
          : raw<SqlBool>`b.user_id = ${userId} and b.id <> ${exceptSessionId}`
      return [
        ...twice(
          exceptSessionId === undefined
            ? all
            : all
                .where('id', '<>', exceptSessionId)
                .where(
                  (where): Expression<SqlBool> =>
                    where.or([where('parent_id', 'is', null), where('parent_id', '<>', exceptSessionId)]),
                ),
        ),
        queueLogoutNotices(database, which, at),
      ]
    },

    endTokensOfSteps: (userId, clientId, reason, at) =>
      twice(end(reason, at).where('user_id', '=', userId).where('client_id', '=', clientId)),

    findParentId: async (sessionId) => {
      const query = sql.selectFrom('session').select('parent_id').where('id', '=', sessionId)
      return (await database.first(query))?.parent_id ?? undefined
    },

    listBrowserSessions: async (userId, now) => {
      const rows = await database.all(
        sql
          .selectFrom('session')
          .select(['id', 'user_id', 'proven', 'authenticated_at', 'expires_at', 'address', 'user_agent'])
          .select(lastIssue.as('last_issue'))
          .where('user_id', '=', userId)
          .where('type', '=', 'browser')
          .where('ended_at', 'is', null)
          .where('expires_at', '>', now.getTime())
          .orderBy('authenticated_at', 'desc')
          .orderBy('id')
          .limit(fixed(MOST_LISTED)),
      )
      return rows.flatMap((row) => {
        const session = browserSessionOf(row)
        if (session === undefined) return []
        const lastUsedAt = Math.max(session.authenticatedAt, Number(row.last_issue ?? 0))
        const [address, userAgent] = [row.address ?? undefined, row.user_agent ?? undefined]
        return [{ ...session, address, userAgent, lastUsedAt }]
      })
    },

    endAllOfClientSteps: (clientId, reason, at) => twice(end(reason, at).where('client_id', '=', clientId)),
  }
}

const browserSessionOf = (
  row: Pick<SessionTable, 'id' | 'user_id' | 'proven' | 'authenticated_at' | 'expires_at'>,
): BrowserSession | undefined =>
  row.user_id === null || row.authenticated_at === null || row.expires_at === null
    ? undefined
    : {
        id: row.id,
        userId: row.user_id,
        proven: JSON.parse(row.proven) as readonly ProvenFactor[],
        authenticatedAt: row.authenticated_at,
        expiresAt: row.expires_at,
      }
