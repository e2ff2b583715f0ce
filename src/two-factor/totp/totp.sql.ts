import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { CellIdentity, ColumnCipher } from '../../db/encrypted-column.ts'
import { prepared } from '../../db/prepared.ts'
import type { TotpCredentialTable } from '../../db/tables.ts'
import type { Delivery } from '../second-factor.ts'
import { fromBase32 } from './base32.ts'
import type { TotpCredential, TotpStore } from './totp.store.ts'
import type { TotpAlgorithm } from './totp.ts'
import { createPendingStore } from './totp-pending.sql.ts'

interface TotpStoreDeps {
  readonly database: Database
  readonly cipher: ColumnCipher
}

const credentialIdentity = (userId: string): CellIdentity => ({
  table: 'totp_credential',
  column: 'secret',
  row: userId,
})
/** Before the first step of 1970: nothing is used up yet. */
const NO_STEP = -1

const NOT_SENT: Delivery = { kind: 'none' }

export const createTotpStore = ({ database, cipher }: TotpStoreDeps): TotpStore => {
  const query = database.sql

  const toCredential = (row: TotpCredentialTable): TotpCredential => ({
    userId: row.user_id,
    key:
      row.is_enabled === 1 && row.secret !== null
        ? {
            bytes: fromBase32(cipher.open(row.secret, credentialIdentity(row.user_id))),
            algorithm: row.algorithm as TotpAlgorithm,
          }
        : undefined,
    transport: row.transport ?? undefined,
    lastStep: row.last_step,
    revision: row.secret ?? '',
  })

  const newCredential = (userId: string, at: Date): TotpCredentialTable => ({
    user_id: userId,
    is_enabled: 0,
    secret: null,
    algorithm: 'SHA1',
    transport: null,
    last_step: NO_STEP,
    delivery: null,
    changed_at: at.getTime(),
  })
  const activeCredential = (userId: string, secret: string, at: Date): TotpCredentialTable => ({
    ...newCredential(userId, at),
    is_enabled: 1,
    secret: cipher.seal(secret, credentialIdentity(userId)),
  })

  const select = prepared<{ userId: string }, TotpCredentialTable>((value) =>
    query.selectFrom('totp_credential').selectAll().where('user_id', '=', value('userId')),
  )
  const selectEnabled = prepared<{ userId: string }, { secret: string | null }>((value) =>
    query
      .selectFrom('totp_credential')
      .select('secret')
      .where('user_id', '=', value('userId'))
      .where('is_enabled', '=', 1)
      .where('secret', 'is not', null),
  )
  const use = prepared<{ userId: string; revision: string; step: number }>((value) =>
    query
      .updateTable('totp_credential')
      .set({ last_step: value('step') })
      .where('user_id', '=', value('userId'))
      .where('is_enabled', '=', 1)
      .where('secret', '=', value('revision'))
      .where('last_step', '<', value('step'))
      .returning('user_id'),
  )

  return {
    find: async (userId) => {
      const row = await database.first(select({ userId }))
      return row === undefined ? undefined : toCredential(row)
    },

    isEnabled: async (userId) => (await database.first(selectEnabled({ userId }))) !== undefined,
    activeRevision: async (userId) => (await database.first(selectEnabled({ userId })))?.secret ?? undefined,

    findViews: async (userIds) => {
      if (userIds.length === 0) return new Map()
      const rows = await database.all(
        query
          .selectFrom('totp_credential')
          .select(['user_id', 'is_enabled', 'transport', 'changed_at'])
          .where('user_id', 'in', userIds),
      )
      return new Map(
        rows.map((row) => [
          row.user_id,
          {
            isEnabled: row.is_enabled === 1,
            transport: row.transport ?? undefined,
            changedAt: row.changed_at,
          },
        ]),
      )
    },

    useStep: (credential, step) =>
      database.guard(use({ userId: credential.userId, revision: credential.revision, step })),

    notEnabledSteps: (userId) => {
      const row = query.selectFrom('totp_credential').select('user_id').where('user_id', '=', userId)
      const open = query
        .selectNoFrom(sql<number>`1`.as('is_open'))
        .where((or) => or.not(or.exists(row.where('is_enabled', '=', 1))))
      // NOTE: the lock waits for an enabling under way, whose end of other sessions must see the session opened with this.
      const lock = database.dialect.engine === 'postgres' ? [database.step(row.forShare())] : []
      return [...lock, database.guard(open)]
    },

    ...createPendingStore({
      database,
      cipher,
      emptyCredential: (userId) => newCredential(userId, new Date(0)),
    }),

    enable: (userId, secret, step, at, transport) =>
      database.guard(
        query
          .insertInto('totp_credential')
          .values({
            ...activeCredential(userId, secret, at),
            transport: transport ?? null,
            last_step: step,
          })
          .onConflict((conflict) =>
            conflict
              .column('user_id')
              .doUpdateSet((row) => ({
                is_enabled: 1,
                secret: row.ref('excluded.secret'),
                algorithm: row.ref('excluded.algorithm'),
                transport: row.fn.coalesce('excluded.transport', 'totp_credential.transport'),
                last_step: sql<number>`case when excluded.last_step > totp_credential.last_step then excluded.last_step else totp_credential.last_step end`,
                changed_at: row.ref('excluded.changed_at'),
              }))
              .where('totp_credential.is_enabled', '=', 0),
          )
          .returning('user_id'),
      ),

    disable: (userId, at) =>
      database.guard(
        query
          .updateTable('totp_credential')
          .set({ is_enabled: 0, secret: null, changed_at: at.getTime() })
          .where('user_id', '=', userId)
          .where('is_enabled', '=', 1)
          .returning('user_id'),
      ),

    replace: (userId, secret, transport, at) =>
      database.step(
        query
          .insertInto('totp_credential')
          .values({
            ...activeCredential(userId, secret, at),
            transport,
          })
          .onConflict((conflict) =>
            conflict.column('user_id').doUpdateSet((row) => ({
              is_enabled: 1,
              secret: row.ref('excluded.secret'),
              algorithm: row.ref('excluded.algorithm'),
              transport: row.ref('excluded.transport'),
              delivery: null,
              changed_at: row.ref('excluded.changed_at'),
            })),
          ),
      ),

    switchOff: (userId, transport, at) =>
      database.step(
        query
          .insertInto('totp_credential')
          .values({ ...newCredential(userId, at), transport })
          .onConflict((conflict) =>
            conflict.column('user_id').doUpdateSet((row) => ({
              is_enabled: 0,
              secret: null,
              transport: row.ref('excluded.transport'),
              changed_at: row.ref('excluded.changed_at'),
            })),
          ),
      ),

    forget: (userId, at) =>
      database.step(
        query
          .updateTable('totp_credential')
          .set({ is_enabled: 0, secret: null, delivery: null, changed_at: at.getTime() })
          .where('user_id', '=', userId),
      ),

    findDelivery: async (userId) => {
      const row = await database.first(
        query.selectFrom('totp_credential').select('delivery').where('user_id', '=', userId),
      )
      return row?.delivery == null ? NOT_SENT : (JSON.parse(row.delivery) as Delivery)
    },
    replaceDelivery: async (userId, from, to) => {
      const replace = query
        .updateTable('totp_credential')
        .set({ delivery: JSON.stringify(to) })
        .where('user_id', '=', userId)
        .where((row) =>
          row.eb(row.fn.coalesce('delivery', row.val(JSON.stringify(NOT_SENT))), '=', JSON.stringify(from)),
        )
        .returning('user_id')
      return (await database.transact([database.guard(replace)])).kind === 'committed'
    },

    setTransport: (userId, transport) =>
      database.step(query.updateTable('totp_credential').set({ transport }).where('user_id', '=', userId)),

    deleteAllOf: (userId) => [
      database.step(query.deleteFrom('totp_pending').where('user_id', '=', userId)),
      database.step(query.deleteFrom('totp_credential').where('user_id', '=', userId)),
    ],
  }
}
