import type { Database } from '../../db/database.ts'
import type { ColumnCipher } from '../../db/encrypted-column.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { commit } from '../../kernel/transact.ts'
import type { SigningKeyStore } from './signing-key.store.ts'

export const createSigningKeyStore = (database: Database, cipher: ColumnCipher): SigningKeyStore => {
  const { sql } = database
  const cellOf = (kid: string) => ({ table: 'signing_key', column: 'private_key', row: kid })

  return {
    findActive: async (algorithm) => {
      const row = await database.first<{ kid: string; private_key: string; public_jwk: string }>(
        sql
          .selectFrom('signing_key')
          .select(['kid', 'private_key', 'public_jwk'])
          .where('algorithm', '=', algorithm)
          .where('is_active', '=', 1),
      )
      return row === undefined
        ? undefined
        : {
            kid: row.kid,
            algorithm,
            privateKey: cipher.open(row.private_key, cellOf(row.kid)),
            publicJwk: JSON.parse(row.public_jwk) as JsonObject,
          }
    },
    publicJwks: async () => {
      const rows = await database.all<{ public_jwk: string }>(
        sql.selectFrom('signing_key').select('public_jwk').orderBy('created_at', 'desc').orderBy('kid'),
      )
      return rows.map((row) => JSON.parse(row.public_jwk) as JsonObject)
    },
    add: async (key, at) => {
      const insert = sql.insertInto('signing_key').values({
        kid: key.kid,
        algorithm: key.algorithm,
        private_key: cipher.seal(key.privateKey, cellOf(key.kid)),
        public_jwk: JSON.stringify(key.publicJwk),
        created_at: at.getTime(),
        is_active: 1,
      })
      await commit(database.transact, [database.step(insert)])
    },
  }
}
