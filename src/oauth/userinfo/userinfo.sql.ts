import type { Database } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { remember } from '../../kernel/remember.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import { scopesOf } from '../scope.ts'
import type { UserColumns } from '../user-view.sql.ts'
import { selectSessionWithUser, userViewOf } from '../user-view.sql.ts'
import type { UserinfoSession, UserinfoStore } from './userinfo.store.ts'

interface SessionColumns extends UserColumns {
  readonly id: string
  readonly user_id: string | null
  readonly client_id: string | null
  readonly scope: string | null
  /** What was granted, of which a refresh may have asked for less; null where it never did. */
  readonly refresh_scope: string | null
  readonly requested_claims: string | null
  /** Null where the client was deleted. */
  readonly application_body: string | null
}

export const createUserinfoStore = (database: Database): UserinfoStore => {
  const select = (isCookie: boolean) =>
    prepared<{ hash: string; now: number }, SessionColumns>((value) =>
      selectSessionWithUser(database)
        .leftJoin('resource as application', (join) =>
          join
            .onRef('application.id', '=', 'session.client_id')
            .on('application.kind', '=', 'Client')
            .on('application.is_deleted', '=', 0),
        )
        .select([
          'session.id',
          'session.user_id',
          'session.client_id',
          'session.scope',
          'session.refresh_scope',
          'session.requested_claims',
          'application.body as application_body',
        ])
        .where('session.token_hash', '=', value('hash'))
        .where('session.type', isCookie ? '=' : '<>', 'browser')
        .where('session.ended_at', 'is', null)
        .where('session.expires_at', '>', value('now'))
        .$castTo<SessionColumns>(),
    )
  const byAccessToken = select(false)
  const byCookie = select(true)
  const find = async (query: typeof byCookie, hash: string, now: Date) => {
    const row = await database.first(query({ hash, now: now.getTime() }))
    return row === undefined ? undefined : sessionOf(row)
  }

  return {
    findByAccessToken: (tokenHash, now) => find(byAccessToken, tokenHash, now),
    findByCookie: (tokenHash, now) => find(byCookie, tokenHash, now),
  }
}

/** NOTE: the text comes from the database each time, and what it says cannot change. */
const isActive = remember((body) => (JSON.parse(body) as JsonObject).active !== false)

const sessionOf = (row: SessionColumns): UserinfoSession | undefined => {
  const isClientLive = row.application_body !== null && isActive(row.application_body)
  if (row.client_id !== null && !isClientLive) return undefined
  const user = userViewOf(row)
  if (row.user_id !== null && user?.isActive !== true) return undefined
  return {
    sessionId: row.id,
    clientId: row.client_id ?? undefined,
    scopes: scopesOf(row.scope),
    isOpenid: scopesOf(row.refresh_scope ?? row.scope).includes('openid'),
    requestedClaims:
      row.requested_claims === null ? [] : (JSON.parse(row.requested_claims) as RequestedClaims).userinfo,
    user,
  }
}
