import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ClientSecretStore, ClientStore } from './client.store.ts'
import type { Client } from './client.ts'
import { allowedScopeIdsOf, clientOfDocument } from './client-of-document.ts'

/** Of so many clients, with documents of at most so many characters, what the document says is kept. */
const MOST_READ_CLIENTS = 1000
const MOST_READ_CHARACTERS = 4000

export const createClientStore = ({ sql, first, all }: Database): ClientStore => {
  const select = prepared<{ id: string }, { body: string; hash: string | null }>((value) =>
    sql
      .selectFrom('resource')
      .leftJoin('client_secret', 'client_secret.client_id', 'resource.id')
      .select(['resource.body', 'client_secret.hash'])
      .where('resource.kind', '=', 'Client')
      .where('resource.id', '=', value('id'))
      .where('resource.is_deleted', '=', 0),
  )

  // NOTE: the document is read each time; where it still has the same text, what it says needs no second parsing.
  const read = new Map<string, { readonly body: string; readonly client: Client }>()
  const clientOf = (id: string, body: string): Client => {
    const known = read.get(id)
    if (known?.body === body) return known.client
    const client = clientOfDocument(id, JSON.parse(body) as JsonObject)
    if (body.length > MOST_READ_CHARACTERS) return client
    if (read.size >= MOST_READ_CLIENTS) read.clear()
    read.set(id, { body, client })
    return client
  }

  /** NOTE: looked up each time: a Scope may change while the client's own document does not. */
  const withAllowedScopes = async (client: Client): Promise<Client> => {
    const ids = allowedScopeIdsOf(client.document)
    if (ids.length === 0) return client
    const rows = await all(
      sql
        .selectFrom('resource')
        .select('body')
        .where('kind', '=', 'Scope')
        .where('id', 'in', [...ids])
        .where('is_deleted', '=', 0),
    )
    const named = rows.map(({ body }) => String((JSON.parse(body) as JsonObject).scope)).sort()
    return { ...client, allowedScopes: [...new Set([...(client.allowedScopes ?? []), ...named])] }
  }

  const findWithSecretHash: ClientStore['findWithSecretHash'] = async (id) => {
    const row = await first(select({ id }))
    return row === undefined
      ? undefined
      : { client: await withAllowedScopes(clientOf(id, row.body)), secretHash: row.hash ?? undefined }
  }

  return { findWithSecretHash, find: async (id) => (await findWithSecretHash(id))?.client }
}

export const createClientSecretStore = ({ sql, step }: Database): ClientSecretStore => ({
  setStep: (clientId, hash) =>
    step(
      sql
        .insertInto('client_secret')
        .values({ client_id: clientId, hash })
        .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ hash })),
    ),
  removeStep: (clientId) => step(sql.deleteFrom('client_secret').where('client_id', '=', clientId)),
})
