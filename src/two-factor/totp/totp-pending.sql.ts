import type { Database } from '../../db/database.ts'
import type { CellIdentity, ColumnCipher } from '../../db/encrypted-column.ts'
import type { TotpCredentialTable, TotpPendingTable } from '../../db/tables.ts'
import type { WriteStep } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { PendingTotp, TotpStore } from './totp.store.ts'

interface PendingStoreDeps {
  readonly database: Database
  readonly cipher: ColumnCipher
  /** The row of somebody who has only begun to enrol. */
  readonly emptyCredential: (userId: string) => TotpCredentialTable
}

const pendingIdentity = (sessionId: string): CellIdentity => ({
  table: 'totp_pending',
  column: 'secret',
  row: sessionId,
})

/** The part of the store that holds secrets which were shown and not proven yet. */
export const createPendingStore = ({
  database,
  cipher,
  emptyCredential,
}: PendingStoreDeps): Pick<TotpStore, 'findPending' | 'openPending' | 'takePending' | 'dropPendingOf'> => {
  const query = database.sql

  const toPending = (row: TotpPendingTable): PendingTotp => ({
    sessionId: row.session_id,
    userId: row.user_id,
    secret: cipher.open(row.secret, pendingIdentity(row.session_id)),
    transport: row.transport ?? undefined,
    expiresAt: row.expires_at,
  })

  const selectPending = (sessionId: string, userId: string) =>
    query
      .selectFrom('totp_pending')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('user_id', '=', userId)

  const findPending: TotpStore['findPending'] = async (sessionId, userId, now) => {
    const row = await database.first(selectPending(sessionId, userId).where('expires_at', '>', now.getTime()))
    return row === undefined ? undefined : toPending(row)
  }

  const openPendingSteps = (pending: PendingTotp, now: Date): readonly WriteStep[] => [
    database.step(
      query
        .insertInto('totp_pending')
        .values({
          session_id: pending.sessionId,
          user_id: pending.userId,
          secret: cipher.seal(pending.secret, pendingIdentity(pending.sessionId)),
          transport: pending.transport ?? null,
          expires_at: pending.expiresAt,
        })
        .onConflict((conflict) =>
          conflict
            .column('session_id')
            .doUpdateSet((row) => ({
              user_id: row.ref('excluded.user_id'),
              secret: row.ref('excluded.secret'),
              expires_at: row.ref('excluded.expires_at'),
            }))
            .where('totp_pending.expires_at', '<=', now.getTime()),
        ),
    ),
    database.step(
      query
        .updateTable('totp_pending')
        .set({ transport: pending.transport ?? null })
        .where('session_id', '=', pending.sessionId)
        .where('user_id', '=', pending.userId),
    ),
    database.step(
      query
        .insertInto('totp_credential')
        .values(emptyCredential(pending.userId))
        .onConflict((conflict) => conflict.column('user_id').doNothing()),
    ),
  ]

  return {
    findPending,
    openPending: async (pending, now) => {
      await commit(database.transact, openPendingSteps(pending, now))
      return (await findPending(pending.sessionId, pending.userId, now)) ?? pending
    },
    // NOTE: a live pending secret is never overwritten, so session, user and expiry name one secret.
    takePending: (pending, now) =>
      database.guard(
        query
          .deleteFrom('totp_pending')
          .where('session_id', '=', pending.sessionId)
          .where('user_id', '=', pending.userId)
          .where('expires_at', '=', pending.expiresAt)
          .where('expires_at', '>', now.getTime())
          .returning('session_id'),
      ),
    dropPendingOf: (userId) => database.step(query.deleteFrom('totp_pending').where('user_id', '=', userId)),
  }
}
