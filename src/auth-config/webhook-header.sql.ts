import type { Database } from '../db/database.ts'
import type { CellIdentity, ColumnCipher } from '../db/encrypted-column.ts'
import type { WebhookHeaderStore } from './webhook-header.store.ts'

const cell = (authConfigId: string, name: string): CellIdentity => ({
  table: 'webhook_header',
  column: 'value',
  row: `${authConfigId}/${name}`,
})

export const createWebhookHeaderStore = (database: Database, cipher: ColumnCipher): WebhookHeaderStore => {
  const { sql } = database
  return {
    find: async (authConfigId) => {
      const rows = await database.all(
        sql.selectFrom('webhook_header').select(['name', 'value']).where('auth_config_id', '=', authConfigId),
      )
      return Object.fromEntries(
        rows.map(({ name, value }) => [name, cipher.open(value, cell(authConfigId, name))]),
      )
    },
    replaceSteps: (authConfigId, headers) => {
      const rows = Object.entries(headers).map(([name, value]) => ({
        auth_config_id: authConfigId,
        name,
        value: cipher.seal(value, cell(authConfigId, name)),
      }))
      return [
        database.step(sql.deleteFrom('webhook_header').where('auth_config_id', '=', authConfigId)),
        ...(rows.length === 0 ? [] : [database.step(sql.insertInto('webhook_header').values(rows))]),
      ]
    },
  }
}
