import type { Database } from '../../db/database.ts'
import { commit } from '../../kernel/transact.ts'
import type { AuthorizationRequestStore } from './authorization-request.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

export const createAuthorizationRequestStore = (database: Database): AuthorizationRequestStore => {
  const { sql } = database
  return {
    save: async (saved, expiresAt) => {
      const insert = sql.insertInto('authorization_request').values({
        id: saved.id,
        browser_hash: saved.browserHash,
        client_id: saved.request.clientId,
        parameters: JSON.stringify(saved.request),
        created_at: saved.createdAt,
        expires_at: expiresAt.getTime(),
      })
      await commit(database.transact, [database.step(insert)])
    },
    find: async (id, browserHash, now) => {
      const row = await database.first<{ parameters: string; created_at: number }>(
        sql
          .selectFrom('authorization_request')
          .select(['parameters', 'created_at'])
          .where('id', '=', id)
          .where('browser_hash', '=', browserHash)
          .where('expires_at', '>', now.getTime()),
      )
      return row === undefined
        ? undefined
        : { id, browserHash, request: requestOf(row.parameters), createdAt: row.created_at }
    },
    useStep: (id) =>
      database.guard(sql.deleteFrom('authorization_request').where('id', '=', id).returning('id')),
  }
}

/** JSON leaves out what is undefined. */
const requestOf = (stored: string): AuthorizeRequest => {
  const request = JSON.parse(stored) as AuthorizeRequest
  return {
    ...request,
    state: request.state ?? undefined,
    codeChallenge: request.codeChallenge ?? undefined,
    nonce: request.nonce ?? undefined,
    maxAgeSeconds: request.maxAgeSeconds ?? undefined,
    loginHint: request.loginHint ?? undefined,
  }
}
