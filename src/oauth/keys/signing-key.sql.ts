import type { Database } from '../../db/database.ts'
import type { CellIdentity, ColumnCipher } from '../../db/encrypted-column.ts'
import { CannotDecryptError } from '../../db/encrypted-column.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { commit } from '../../kernel/transact.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { KeyRecord, KeyStage, SigningKey, SigningKeyStore } from './signing-key.store.ts'

/** What stands in the place of a private key that was deleted. */
const DELETED = ''

export const createSigningKeyStore = (database: Database, cipher: ColumnCipher): SigningKeyStore => {
  const { sql } = database
  const cellOf = (kid: string) => ({ table: 'signing_key', column: 'private_key', row: kid })

  const insert = (key: SigningKey, at: Date, signsFrom: Date, isActive: 0 | 1) =>
    database.step(
      sql.insertInto('signing_key').values({
        kid: key.kid,
        algorithm: key.algorithm,
        private_key: cipher.seal(key.privateKey, cellOf(key.kid)),
        public_jwk: JSON.stringify(key.publicJwk),
        created_at: at.getTime(),
        signs_from: signsFrom.getTime(),
        is_active: isActive,
      }),
    )

  return {
    findAll: async () => {
      const rows = await database.all(
        sql.selectFrom('signing_key').selectAll().orderBy('created_at', 'desc').orderBy('kid'),
      )
      return rows.map((row) => {
        const stage: KeyStage = row.is_active === 1 ? 'active' : row.retired_at === null ? 'next' : 'retired'
        return {
          kid: row.kid,
          algorithm: row.algorithm as SigningAlgorithm,
          stage,
          ...openPrivateKey(cipher, row.private_key, cellOf(row.kid)),
          publicJwk: JSON.parse(row.public_jwk) as JsonObject,
          createdAt: row.created_at,
          signsFrom: row.signs_from,
          removeAt: row.remove_at ?? undefined,
        }
      })
    },

    addFirst: async (key, at) => {
      await commit(database.transact, [insert(key, at, at, 1)])
    },
    addNext: async (key, at, signsFrom) => {
      await commit(database.transact, [insert(key, at, signsFrom, 0)])
    },

    promote: async (next, active, at, removeAt) => {
      const outcome = await database.transact([
        database.guard(
          sql
            .updateTable('signing_key')
            .set({
              is_active: 0,
              retired_at: at.getTime(),
              remove_at: removeAt.getTime(),
              private_key: DELETED,
            })
            .where('kid', '=', active.kid)
            .where('is_active', '=', 1)
            .returning('kid'),
        ),
        database.guard(
          sql
            .updateTable('signing_key')
            .set({ is_active: 1 })
            .where('kid', '=', next.kid)
            .where('is_active', '=', 0)
            .where('retired_at', 'is', null)
            .returning('kid'),
        ),
      ])
      return outcome.kind === 'committed'
    },

    removeNext: async (kid) => {
      const next = sql
        .deleteFrom('signing_key')
        .where('kid', '=', kid)
        .where('is_active', '=', 0)
        .where('retired_at', 'is', null)
      await commit(database.transact, [database.step(next)])
    },

    replaceAll: async (keys, at) => {
      await commit(database.transact, [
        database.step(sql.deleteFrom('signing_key')),
        ...keys.map((key) => insert(key, at, at, 1)),
      ])
    },

    removeExpired: async (now) => {
      await commit(database.transact, [
        database.step(sql.deleteFrom('signing_key').where('remove_at', '<=', now.getTime())),
      ])
    },
  }
}

const openPrivateKey = (
  cipher: ColumnCipher,
  envelope: string,
  cell: CellIdentity,
): Pick<KeyRecord, 'privateKey' | 'fault'> => {
  if (envelope === DELETED) return { privateKey: undefined, fault: undefined }
  try {
    return { privateKey: cipher.open(envelope, cell), fault: undefined }
  } catch (error) {
    if (!(error instanceof CannotDecryptError)) throw error
    return { privateKey: undefined, fault: { error, isOfOtherSecretKey: error.isOfOtherKey } }
  }
}
