import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ClientSecretStore, ClientStore } from './client.store.ts'
import { clientOfDocument } from './client-of-document.ts'

export const createClientStore = ({ sql, first }: Database): ClientStore => {
  const select = prepared<{ id: string }, { body: string; hash: string | null }>((value) =>
    sql
      .selectFrom('resource')
      .leftJoin('client_secret', 'client_secret.client_id', 'resource.id')
      .select(['resource.body', 'client_secret.hash'])
      .where('resource.kind', '=', 'Client')
      .where('resource.id', '=', value('id'))
      .where('resource.is_deleted', '=', 0),
  )

  const findWithSecretHash: ClientStore['findWithSecretHash'] = async (id) => {
    const row = await first(select({ id }))
    return row === undefined
      ? undefined
      : {
          client: clientOfDocument(id, JSON.parse(row.body) as JsonObject),
          secretHash: row.hash ?? undefined,
        }
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
