import type { Database } from '../../db/database.ts'
import type { CellIdentity, ColumnCipher } from '../../db/encrypted-column.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { IntrospectorSecretStore, IntrospectorSecrets, IntrospectorStore } from './introspector.store.ts'
import type { Introspector } from './introspector.ts'
import { issuerKeyName } from './issuer-of.ts'

const cell = (introspectorId: string, path: string): CellIdentity => ({
  table: 'introspector_secret',
  column: 'value',
  row: `${introspectorId}/${path}`,
})

export const createIntrospectorSecretStore = (
  database: Database,
  cipher: ColumnCipher,
): IntrospectorSecretStore => {
  const { sql } = database
  return {
    find: async (introspectorId) => {
      const rows = await database.all(
        sql
          .selectFrom('introspector_secret')
          .select(['path', 'value'])
          .where('introspector_id', '=', introspectorId),
      )
      return Object.fromEntries(
        rows.map(({ path, value }) => [path, cipher.open(value, cell(introspectorId, path))]),
      )
    },
    replaceSteps: (introspectorId, secrets) => {
      const rows = Object.entries(secrets).map(([path, value]) => ({
        introspector_id: introspectorId,
        path,
        value: cipher.seal(value, cell(introspectorId, path)),
      }))
      return [
        database.step(sql.deleteFrom('introspector_secret').where('introspector_id', '=', introspectorId)),
        ...(rows.length === 0 ? [] : [database.step(sql.insertInto('introspector_secret').values(rows))]),
      ]
    },
  }
}

/** `read` makes of a document and its secrets what the rules need. */
export const createIntrospectorStore = (
  database: Database,
  cipher: ColumnCipher,
  read: (id: string, document: JsonObject, secrets: IntrospectorSecrets) => Introspector | undefined,
): IntrospectorStore => {
  const select = (type: 'jwt' | 'opaque') =>
    database.sql
      .selectFrom('resource_key as key')
      .innerJoin('resource', (join) =>
        join.onRef('resource.kind', '=', 'key.kind').onRef('resource.id', '=', 'key.id'),
      )
      .leftJoin('introspector_secret as secret', 'secret.introspector_id', 'resource.id')
      .select(['resource.id', 'resource.body', 'secret.path', 'secret.value'])
      .where('key.kind', '=', 'TokenIntrospector')
      .where('key.name', '=', issuerKeyName(type))
      .where('resource.is_deleted', '=', 0)

  const introspectorsOf = (rows: readonly Row[]): readonly Introspector[] =>
    [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((own) => {
      const [row] = own
      if (row === undefined) return []
      const secrets = own.flatMap(({ id, path, value }) =>
        path === null || value === null ? [] : [[path, cipher.open(value, cell(id, path))] as const],
      )
      const introspector = read(row.id, JSON.parse(row.body) as JsonObject, Object.fromEntries(secrets))
      return introspector === undefined ? [] : [introspector]
    })

  return {
    findByIssuer: async (type, issuer) =>
      introspectorsOf(await database.all(select(type).where('key.value', '=', issuer)))[0],
    findOpaque: async (most) =>
      // NOTE: each has at most one secret, so a row.
      introspectorsOf(await database.all(select('opaque').orderBy('resource.id').limit(most))),
  }
}

interface Row {
  readonly id: string
  readonly body: string
  readonly path: string | null
  readonly value: string | null
}
