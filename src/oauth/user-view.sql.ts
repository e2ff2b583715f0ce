import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { JsonObject } from '../kernel/json.ts'
import { remember } from '../kernel/remember.ts'
import type { UserViewStore } from './user-view.store.ts'
import type { UserView } from './user-view.ts'

/** What {@link selectSessionWithUser} yields of the user; all null where there is none. */
export interface UserColumns {
  readonly account_id: string | null
  readonly account_body: string | null
  readonly account_version: number | null
  readonly account_created: number | null
  readonly account_updated: number | null
  readonly totp_enabled: number | null
  readonly totp_transport: string | null
  readonly pending_user: string | null
}

const joinAccount = ({ sql }: Database) =>
  sql
    .selectFrom('session')
    .leftJoin('resource as account', (join) =>
      join
        .onRef('account.id', '=', 'session.user_id')
        .on('account.kind', '=', 'User')
        .on('account.is_deleted', '=', 0),
    )

/** Session rows with their user's document alone. */
export const selectSessionWithAccount = (database: Database) =>
  joinAccount(database).select('account.body as account_body')

/** Session rows with all that is shown of their user: one statement, every join by primary key or index. */
export const selectSessionWithUser = (database: Database) =>
  joinAccount(database)
    .leftJoin('totp_credential as totp', 'totp.user_id', 'session.user_id')
    .select((row) => [
      'account.id as account_id',
      'account.body as account_body',
      'account.version_id as account_version',
      'account.created_at as account_created',
      'account.updated_at as account_updated',
      'totp.is_enabled as totp_enabled',
      'totp.transport as totp_transport',
      row
        .selectFrom('totp_pending')
        .select((pending) => pending.fn.max('totp_pending.user_id').as('user_id'))
        .whereRef('totp_pending.user_id', '=', 'session.user_id')
        .as('pending_user'),
    ])

export const createUserViewStore = (database: Database): UserViewStore => {
  const select = prepared<{ id: string }, UserColumns>((value) =>
    database.sql
      .selectFrom('resource as account')
      .leftJoin('totp_credential as totp', 'totp.user_id', 'account.id')
      .select((row) => [
        'account.id as account_id',
        'account.body as account_body',
        'account.version_id as account_version',
        'account.created_at as account_created',
        'account.updated_at as account_updated',
        'totp.is_enabled as totp_enabled',
        'totp.transport as totp_transport',
        row
          .selectFrom('totp_pending')
          .select((pending) => pending.fn.max('totp_pending.user_id').as('user_id'))
          .whereRef('totp_pending.user_id', '=', 'account.id')
          .as('pending_user'),
      ])
      .where('account.kind', '=', 'User')
      .where('account.id', '=', value('id'))
      .where('account.is_deleted', '=', 0),
  )
  return {
    find: async (id) => {
      const row = await database.first(select({ id }))
      return row === undefined ? undefined : userViewOf(row)
    },
  }
}

/** NOTE: the text comes from the database each time, and what it says cannot change. */
const documentOf = remember((body) => JSON.parse(body) as JsonObject)

const isActive = (document: JsonObject): boolean => document.inactive !== true

/** Whether the user of a joined document is active; undefined where it is not there. */
export const activeUserOf = (body: string | null): { readonly isActive: boolean } | undefined =>
  body === null ? undefined : { isActive: isActive(documentOf(body)) }

/** The user of a joined row; undefined where the session has none, or its user was deleted. */
export const userViewOf = (row: UserColumns): UserView | undefined => {
  if (row.account_id === null || row.account_body === null) return undefined
  const document = documentOf(row.account_body)
  return {
    id: row.account_id,
    isActive: isActive(document),
    document,
    versionId: Number(row.account_version),
    createdAt: Number(row.account_created),
    updatedAt: Number(row.account_updated),
    twoFactor:
      row.totp_enabled === null && row.pending_user === null
        ? undefined
        : { enabled: row.totp_enabled === 1, transport: row.totp_transport ?? undefined },
  }
}
