import type { Flow } from '../../clients/client.ts'
import type { Database } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import type { SessionTable } from '../../db/tables.ts'
import { commit } from '../../kernel/transact.ts'
import type { ProvenFactor } from '../../sessions/session.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import { scopesOf } from '../scope.ts'
import type { UserColumns } from '../user-view.sql.ts'
import {
  activeUserOf,
  selectSessionWithAccount,
  selectSessionWithUser,
  userViewOf,
} from '../user-view.sql.ts'
import type { CodeColumn, Inserted, TokenColumn } from './session-columns.sql.ts'
import {
  CODE_COLUMNS,
  columnsOf,
  hashColumnsOf,
  parametersOf,
  REMEMBER_CODE_MILLISECONDS,
  SHARED_COLUMNS,
  scopeColumn,
  TOKEN_COLUMNS,
} from './session-columns.sql.ts'
import type { TokenStore } from './token.store.ts'

/** What is read of every code and token. */
const READ_COLUMNS = [
  'session.id',
  'session.family_id',
  'session.type',
  'session.user_id',
  'session.client_id',
  'session.parent_id',
  'session.scope',
  'session.audience',
  'session.nonce',
  'session.requested_claims',
  'session.proven',
  'session.issuer',
  'session.authenticated_at',
  'session.ended_at',
  'parent.ended_at as parent_ended_at',
] as const

type ReadColumns = Pick<
  SessionTable,
  | 'id'
  | 'family_id'
  | 'parent_id'
  | 'user_id'
  | 'scope'
  | 'audience'
  | 'nonce'
  | 'requested_claims'
  | 'proven'
  | 'issuer'
  | 'authenticated_at'
  | 'ended_at'
> & { readonly type: Flow; readonly client_id: string; readonly parent_ended_at: number | null }

type CodeRow = ReadColumns &
  UserColumns &
  Pick<SessionTable, 'code_expires_at' | 'code_used_at' | 'code_challenge' | 'code_redirect_uri'>

type RefreshRow = ReadColumns &
  Pick<
    SessionTable,
    'refresh_scope' | 'refresh_expires_at' | 'refresh_used_at' | 'ended_reason' | 'successor_id'
  > & { readonly account_body: string | null }

export const createTokenStore = (database: Database): TokenStore => {
  const { sql } = database

  // NOTE: each reads only what its grant needs, since every join and column counts at their frequency.
  const byCode = prepared<{ hash: string }, CodeRow>((value) =>
    selectSessionWithUser(database)
      .leftJoin('session as parent', 'parent.id', 'session.parent_id')
      .select(READ_COLUMNS)
      .select([
        'session.code_expires_at',
        'session.code_used_at',
        'session.code_challenge',
        'session.code_redirect_uri',
      ])
      .where('session.code_hash', '=', value('hash'))
      .$castTo<CodeRow>(),
  )
  const byRefresh = prepared<{ hash: string }, RefreshRow>((value) =>
    selectSessionWithAccount(database)
      .leftJoin('session as parent', 'parent.id', 'session.parent_id')
      .select(READ_COLUMNS)
      .select([
        'session.refresh_scope',
        'session.refresh_expires_at',
        'session.refresh_used_at',
        'session.ended_reason',
        'session.successor_id',
      ])
      .where('session.refresh_hash', '=', value('hash'))
      .$castTo<RefreshRow>(),
  )
  const isUsed = async (id: string): Promise<boolean> => {
    const used = sql
      .selectFrom('session')
      .select('id')
      .where('id', '=', id)
      .where('refresh_used_at', 'is not', null)
    return (await database.first(used)) !== undefined
  }
  const insertCode = prepared<Inserted<CodeColumn>>((value) =>
    sql.insertInto('session').values(parametersOf([...SHARED_COLUMNS, ...CODE_COLUMNS], value)),
  )
  const insertTokens = prepared<Inserted<TokenColumn | 'refresh_scope'>>((value) =>
    sql
      .insertInto('session')
      .values(parametersOf([...SHARED_COLUMNS, ...TOKEN_COLUMNS, 'refresh_scope'], value)),
  )
  const redeemCode = prepared<Pick<SessionTable, TokenColumn> & { id: string; at: number }>((value) =>
    sql
      .updateTable('session')
      .set({ code_used_at: value('at'), ...parametersOf(TOKEN_COLUMNS, value) })
      .where('id', '=', value('id'))
      .where('code_used_at', 'is', null)
      .where('ended_at', 'is', null)
      .where('code_expires_at', '>', value('at'))
      .returning('id'),
  )
  const useRefresh = prepared<{ id: string; successorId: string; at: number }>((value) =>
    sql
      .updateTable('session')
      .set({ refresh_used_at: value('at'), expires_at: value('at'), successor_id: value('successorId') })
      .where('id', '=', value('id'))
      .where('refresh_used_at', 'is', null)
      .where('ended_at', 'is', null)
      .where('refresh_expires_at', '>', value('at'))
      .returning('id'),
  )

  const endFamily = (familyId: string, reason: string, at: Date) =>
    database.step(
      sql
        .updateTable('session')
        .set({ ended_at: at.getTime(), ended_reason: reason })
        .where((where) =>
          // NOTE: the first of a family bears its name, and only the others are in the index.
          where.or([
            where('id', '=', familyId),
            where.and([where('family_id', '=', familyId), where('family_id', '<>', where.ref('id'))]),
          ]),
        )
        .where('ended_at', 'is', null),
    )

  return {
    addCodeStep: (code) =>
      database.step(
        insertCode({
          ...columnsOf(code.id, code, code.scopes, code.at),
          code_hash: code.codeHash,
          code_expires_at: code.expiresAt.getTime(),
          code_challenge: code.codeChallenge ?? null,
          code_redirect_uri: code.redirectUri ?? null,
          sweep_at: code.expiresAt.getTime() + REMEMBER_CODE_MILLISECONDS,
        }),
      ),
    findCode: async (codeHash) => {
      const row = await database.first(byCode({ hash: codeHash }))
      return row === undefined || row.user_id === null
        ? undefined
        : {
            ...storedOf(row, row.scope),
            userId: row.user_id,
            user: userViewOf(row),
            codeChallenge: row.code_challenge ?? undefined,
            redirectUri: row.code_redirect_uri ?? undefined,
            codeExpiresAt: row.code_expires_at ?? 0,
            isUsed: row.code_used_at !== null,
          }
    },
    redeemCodeStep: (codeId, tokens, at) =>
      database.guard(redeemCode({ id: codeId, at: at.getTime(), ...hashColumnsOf(tokens) })),
    useUpCodeStep: (codeId, at) =>
      database.step(
        sql
          .updateTable('session')
          .set({ code_used_at: at.getTime() })
          .where('id', '=', codeId)
          .where('code_used_at', 'is', null),
      ),
    findRefresh: async (refreshHash) => {
      const row = await database.first(byRefresh({ hash: refreshHash }))
      return row === undefined
        ? undefined
        : {
            ...storedOf(row, row.refresh_scope ?? row.scope),
            user: activeUserOf(row.account_body),
            endedReason: row.ended_reason ?? undefined,
            refreshExpiresAt: row.refresh_expires_at ?? 0,
            usedAt: row.refresh_used_at ?? undefined,
            successor:
              row.successor_id === null
                ? undefined
                : { id: row.successor_id, isUsed: await isUsed(row.successor_id) },
          }
    },
    useRefreshStep: (id, successorId, at) =>
      database.guard(useRefresh({ id, successorId, at: at.getTime() })),
    addTokensStep: ({ id, authorization, tokens, at }) =>
      database.step(
        insertTokens({
          ...columnsOf(id, authorization, tokens.accessScopes, at),
          ...hashColumnsOf(tokens),
          refresh_scope: scopeColumn(authorization.scopes),
        }),
      ),
    contend: async (id) => {
      const [result] = await commit(database.transact, [
        database.step(
          sql
            .updateTable('session')
            .set((row) => ({ refresh_contenders: row('refresh_contenders', '+', 1) }))
            .where('id', '=', id)
            .returning('refresh_contenders'),
        ),
      ])
      return Number(result?.rows[0]?.refresh_contenders)
    },
    replaceSuccessorStep: (id, from, to) =>
      database.guard(
        sql
          .updateTable('session')
          .set({ successor_id: to, refresh_contenders: 0 })
          .where('id', '=', id)
          .where('successor_id', '=', from)
          .where('refresh_contenders', '=', 1)
          .where('ended_at', 'is', null)
          .returning('id'),
      ),
    supersedeStep: (id, at) =>
      database.guard(
        sql
          .updateTable('session')
          .set({ ended_at: at.getTime(), ended_reason: 'superseded' })
          .where('id', '=', id)
          .where('refresh_used_at', 'is', null)
          .where('ended_at', 'is', null)
          .returning('id'),
      ),
    // NOTE: twice, because PostgreSQL shows a statement only what was committed before it: the first waits for refreshes
    // under way, which hold a row of the family, the second sees what they added.
    endFamilySteps: (familyId, reason, at) => [
      endFamily(familyId, reason, at),
      endFamily(familyId, reason, at),
    ],
  }
}

const storedOf = (row: ReadColumns, scope: string | null) => ({
  id: row.id,
  familyId: row.family_id,
  flow: row.type,
  userId: row.user_id ?? undefined,
  clientId: row.client_id,
  parentId: row.parent_id ?? undefined,
  scopes: scopesOf(scope),
  audience: row.audience === null ? undefined : (JSON.parse(row.audience) as readonly string[]),
  nonce: row.nonce ?? undefined,
  requestedClaims:
    row.requested_claims === null ? undefined : (JSON.parse(row.requested_claims) as RequestedClaims),
  proven: JSON.parse(row.proven) as readonly ProvenFactor[],
  issuer: row.issuer ?? undefined,
  authenticatedAt: row.authenticated_at ?? 0,
  isEnded: row.ended_at !== null || row.parent_ended_at !== null,
})
