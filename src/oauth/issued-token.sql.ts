import type { Flow } from '../clients/client.ts'
import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { SessionTable } from '../db/tables.ts'
import type { JsonObject } from '../kernel/json.ts'
import { remember } from '../kernel/remember.ts'
import type { ProvenFactor } from '../sessions/session.ts'
import type { IssuedToken, IssuedTokenStore } from './issued-token.store.ts'
import { scopesOf } from './scope.ts'
import { selectSessionWithAccount } from './user-view.sql.ts'

const COLUMNS = [
  'session.id',
  'session.type',
  'session.family_id',
  'session.user_id',
  'session.client_id',
  'session.scope',
  'session.refresh_scope',
  'session.audience',
  'session.proven',
  'session.created_at',
  'session.code_used_at',
  'session.authenticated_at',
  'session.expires_at',
  'session.refresh_expires_at',
  'session.refresh_used_at',
  'session.ended_at',
  'application.body as application_body',
] as const

type Row = Pick<
  SessionTable,
  | 'id'
  | 'family_id'
  | 'user_id'
  | 'scope'
  | 'refresh_scope'
  | 'audience'
  | 'proven'
  | 'created_at'
  | 'code_used_at'
  | 'authenticated_at'
  | 'expires_at'
  | 'refresh_expires_at'
  | 'refresh_used_at'
  | 'ended_at'
> & {
  readonly type: Flow
  readonly client_id: string | null
  readonly account_body: string | null
  readonly application_body: string | null
}

type Kind = IssuedToken['kind']

export const createIssuedTokenStore = (database: Database): IssuedTokenStore => {
  const select = (column: 'session.token_hash' | 'session.refresh_hash') =>
    prepared<{ hash: string }, Row>((value) =>
      selectSessionWithAccount(database)
        .leftJoin('resource as application', (join) =>
          join
            .onRef('application.id', '=', 'session.client_id')
            .on('application.kind', '=', 'Client')
            .on('application.is_deleted', '=', 0),
        )
        .select(COLUMNS)
        .where(column, '=', value('hash'))
        .where('session.type', '<>', 'browser')
        .$castTo<Row>(),
    )
  const queries = { access: select('session.token_hash'), refresh: select('session.refresh_hash') }

  const findAs = async (kind: Kind, hash: string, now: Date): Promise<IssuedToken | undefined> => {
    const row = await database.first(queries[kind]({ hash }))
    return row === undefined || row.client_id === null
      ? undefined
      : tokenOf({ ...row, client_id: row.client_id }, kind, now)
  }

  return {
    find: async (hash, now, hint = 'access') =>
      (await findAs(hint, hash, now)) ?? findAs(hint === 'access' ? 'refresh' : 'access', hash, now),
    latestExpiry: async () => {
      const row = await database.first<{ latest: number | null }>(
        database.sql
          .selectFrom('session')
          .select((session) => session.fn.max('expires_at').as('latest'))
          .where('type', '<>', 'browser')
          .where('ended_at', 'is', null),
      )
      return row?.latest == null ? undefined : new Date(Number(row.latest))
    },
    endAccessStep: (id, at) =>
      database.step(
        database.sql
          .updateTable('session')
          .set({ expires_at: at.getTime() })
          .where('id', '=', id)
          .where('expires_at', '>', at.getTime()),
      ),
  }
}

/** NOTE: the text comes from the database each time, and what it says cannot change. */
const documentOf = remember((body) => JSON.parse(body) as JsonObject)

const tokenOf = (row: Row & { readonly client_id: string }, kind: Kind, now: Date): IssuedToken => {
  const account = row.account_body === null ? undefined : documentOf(row.account_body)
  const application = row.application_body === null ? undefined : documentOf(row.application_body)
  const isAccess = kind === 'access'
  const expiresAt = (isAccess ? row.expires_at : row.refresh_expires_at) ?? 0
  const fault = faultOf(row, isAccess, expiresAt <= now.getTime(), account, application)
  return {
    kind,
    id: row.id,
    familyId: row.family_id,
    flow: row.type,
    userId: row.user_id ?? undefined,
    clientId: row.client_id,
    username: row.user_id === null ? undefined : usernameOf(row.user_id, account),
    scopes: scopesOf(isAccess ? row.scope : (row.refresh_scope ?? row.scope)),
    audience: row.audience === null ? undefined : (JSON.parse(row.audience) as readonly string[]),
    proven: JSON.parse(row.proven) as readonly ProvenFactor[],
    authenticatedAt: row.authenticated_at ?? row.created_at,
    issuedAt: row.code_used_at ?? row.created_at,
    expiresAt,
    isReplaced: fault === 'used',
    isLive: fault === undefined,
    fault,
  }
}

const faultOf = (
  { ended_at, refresh_used_at, user_id }: Row,
  isAccess: boolean,
  isExpired: boolean,
  account: JsonObject | undefined,
  application: JsonObject | undefined,
): string | undefined => {
  if (ended_at !== null) return 'ended'
  if (isExpired) return 'expired'
  if (!isAccess && refresh_used_at !== null) return 'used'
  if (application === undefined) return 'unknown-client'
  if (application.active === false) return 'inactive-client'
  if (user_id === null) return undefined
  if (account === undefined) return 'unknown-user'
  return account.inactive === true ? 'inactive' : undefined
}

const usernameOf = (userId: string, document: JsonObject | undefined): string => {
  const name = document?.userName ?? document?.email
  return typeof name === 'string' ? name : userId
}
