import type { Database } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import type { AuthorizationRequestTable } from '../../db/tables.ts'
import { commit } from '../../kernel/transact.ts'
import type { AuthorizationRequestStore } from './authorization-request.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

export const createAuthorizationRequestStore = (database: Database): AuthorizationRequestStore => {
  const { sql } = database
  const insert = prepared<AuthorizationRequestTable>((value) =>
    sql.insertInto('authorization_request').values({
      id: value('id'),
      browser_hash: value('browser_hash'),
      client_id: value('client_id'),
      parameters: value('parameters'),
      created_at: value('created_at'),
      expires_at: value('expires_at'),
    }),
  )
  const select = prepared<
    { id: string; browserHash: string; now: number },
    { parameters: string; created_at: number }
  >((value) =>
    sql
      .selectFrom('authorization_request')
      .select(['parameters', 'created_at'])
      .where('id', '=', value('id'))
      .where('browser_hash', '=', value('browserHash'))
      .where('expires_at', '>', value('now')),
  )
  const use = prepared<{ id: string }>((value) =>
    sql.deleteFrom('authorization_request').where('id', '=', value('id')).returning('id'),
  )
  return {
    save: async (saved, expiresAt) => {
      const row = insert({
        id: saved.id,
        browser_hash: saved.browserHash,
        client_id: saved.request.clientId,
        parameters: JSON.stringify(saved.request),
        created_at: saved.createdAt,
        expires_at: expiresAt.getTime(),
      })
      await commit(database.transact, [database.step(row)])
    },
    find: async (id, browserHash, now) => {
      const row = await database.first(select({ id, browserHash, now: now.getTime() }))
      return row === undefined
        ? undefined
        : { id, browserHash, request: requestOf(row.parameters), createdAt: row.created_at }
    },
    useStep: (id) => database.guard(use({ id })),
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
