import { LOGIN_EMAIL_KEY, LOGIN_KEY, loginEmailsOf } from '../../src/accounts/login-name.ts'
import { createPasswordStore } from '../../src/accounts/password.sql.ts'
import type { Database } from '../../src/db/database.ts'
import type { JsonObject } from '../../src/kernel/json.ts'

/** Puts a document where resources keep it, replacing an earlier one. */
export async function storeDocument(
  database: Database,
  kind: 'User' | 'Client',
  id: string,
  body: JsonObject,
  isDeleted: 0 | 1 = 0,
): Promise<void> {
  const content = { body: JSON.stringify(body), is_deleted: isDeleted }
  await database.transact([
    database.step(
      database.sql
        .insertInto('resource')
        .values({ kind, id, version_id: 1, created_at: 0, updated_at: 0, ...content })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(content)),
    ),
  ])
}

export interface StoredUser {
  readonly id: string
  readonly userName?: string
  readonly email?: string
  readonly inactive?: boolean
  readonly data?: JsonObject
}

/** A User as a write of the resource leaves it: document, login names and, where given, a password hash. */
export async function storeUser(
  database: Database,
  { id, ...body }: StoredUser,
  hash?: string,
): Promise<void> {
  await storeDocument(database, 'User', id, body)
  const names = new Set([id, body.userName ?? id])
  const keys = [...names].map((value) => ({ name: LOGIN_KEY, value }))
  for (const value of loginEmailsOf(body)) keys.push({ name: LOGIN_EMAIL_KEY, value })
  await database.transact([
    ...keys.map((key) =>
      database.step(
        database.sql
          .insertInto('resource_key')
          .values({ kind: 'User', id, is_unique: 0, ...key })
          .onConflict((conflict) => conflict.doNothing()),
      ),
    ),
    ...(hash === undefined ? [] : [createPasswordStore(database).setStep(id, hash, new Date(0))]),
  ])
}
