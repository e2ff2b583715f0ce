// The columns of `session` as codes and tokens are written into them.
import type { SessionTable } from '../../db/tables.ts'
import type { Authorization, IssuedHashes } from './token.store.ts'

/** How long a used or expired code is remembered, so that a second use is known for what it is. */
export const REMEMBER_CODE_MILLISECONDS = 24 * 3600_000

export const SHARED_COLUMNS = [
  'id',
  'type',
  'user_id',
  'client_id',
  'parent_id',
  'family_id',
  'scope',
  'audience',
  'nonce',
  'requested_claims',
  'proven',
  'issuer',
  'created_at',
  'authenticated_at',
  'refresh_contenders',
] as const
export const CODE_COLUMNS = [
  'code_hash',
  'code_expires_at',
  'code_challenge',
  'code_redirect_uri',
  'sweep_at',
] as const
export const TOKEN_COLUMNS = [
  'token_hash',
  'expires_at',
  'refresh_hash',
  'refresh_expires_at',
  'sweep_at',
] as const

export type CodeColumn = (typeof CODE_COLUMNS)[number]
export type TokenColumn = (typeof TOKEN_COLUMNS)[number]
export type Inserted<More extends keyof SessionTable> = Pick<
  SessionTable,
  (typeof SHARED_COLUMNS)[number] | More
>

/** A parameter for each of the columns, under the column's name. */
export const parametersOf = <Column extends keyof SessionTable>(
  columns: readonly Column[],
  parameter: (name: Column) => unknown,
): Pick<SessionTable, Column> =>
  Object.fromEntries(columns.map((column) => [column, parameter(column)])) as Pick<SessionTable, Column>

/** The columns that codes and tokens share. */
export const columnsOf = (id: string, authorization: Authorization, scopes: readonly string[], at: Date) => ({
  id,
  type: authorization.flow,
  user_id: authorization.userId ?? null,
  client_id: authorization.clientId,
  parent_id: authorization.parentId ?? null,
  family_id: authorization.familyId,
  scope: scopeColumn(scopes),
  audience: authorization.audience === undefined ? null : JSON.stringify(authorization.audience),
  nonce: authorization.nonce ?? null,
  requested_claims:
    authorization.requestedClaims === undefined ? null : JSON.stringify(authorization.requestedClaims),
  proven: JSON.stringify(authorization.proven),
  issuer: authorization.issuer ?? null,
  created_at: at.getTime(),
  authenticated_at: authorization.authenticatedAt,
  refresh_contenders: 0,
})

export const hashColumnsOf = (tokens: IssuedHashes) => {
  const refreshExpiresAt = tokens.refresh?.expiresAt.getTime() ?? null
  return {
    token_hash: tokens.accessHash,
    expires_at: tokens.expiresAt.getTime(),
    refresh_hash: tokens.refresh?.hash ?? null,
    refresh_expires_at: refreshExpiresAt,
    sweep_at: Math.max(tokens.expiresAt.getTime(), refreshExpiresAt ?? 0) + REMEMBER_CODE_MILLISECONDS,
  }
}

export const scopeColumn = (scopes: readonly string[]): string | null =>
  scopes.length === 0 ? null : scopes.join(' ')
