import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { jsonMembers } from '../db/json-members.ts'
import { columnsOf } from '../resources/columns-of.ts'
import type { DocumentSearch } from '../resources/document-search.store.ts'
import type { ResourceStore } from '../resources/resource.store.ts'
import type { SearchCondition } from '../resources/search-query.ts'

/** Columns by what they are in the document. */
const COLUMNS: Readonly<Record<string, string>> = {
  event: 'a.event',
  outcome: 'a.outcome',
  reason: 'a.reason',
  'user.id': 'a.user_id',
  'client.id': 'a.client_id',
  factor: 'a.factor',
  address: 'a.address',
  requestId: 'a.request_id',
}

/** What the columns of a reference always name. */
const REFERENCED: Readonly<Record<string, string>> = { user: 'User', client: 'Client' }

/** What happened, as resources. A row never changes, so its version is always the first. */
export const createAuditEventViewStore = (
  { dialect }: Pick<Database, 'dialect'>,
  documentSearch: DocumentSearch<RawBuilder<unknown>>,
): Pick<ResourceStore, 'find' | 'search'> => {
  const members = jsonMembers(dialect)
  const column = (name: string) => sql.ref(`a.${name}`)
  const isUser = sql`a.actor like 'User/%'`
  const body = members.document({
    recorded: members.instant(column('at')),
    event: column('event'),
    outcome: column('outcome'),
    reason: column('reason'),
    user: members.reference('User', column('user_id')),
    client: members.reference('Client', column('client_id')),
    actor: members.reference(
      sql`case when ${isUser} then 'User' else 'Client' end`,
      sql`substr(a.actor, case when ${isUser} then 6 else 8 end)`,
    ),
    factor: column('factor'),
    address: column('address'),
    requestId: column('request_id'),
    userAgent: column('user_agent'),
    detail: members.json(column('detail')),
  })
  const source = (conditions: readonly SearchCondition[] = []) => {
    const chosen = conditions.flatMap((condition) => columnsOf(condition, COLUMNS))
    return sql`select 'AuditEvent' as kind, a.id, 1 as version_id, a.at as created_at, a.at as updated_at, ${body} as body, 0 as is_deleted
      from audit_event a where ${sql.join([sql`1 = 1`, ...chosen.map(isIn)], sql` and `)}`
  }
  return {
    find: (_, id) => documentSearch.find(source(), id),
    // NOTE: to say it of the document as well would put together every one that the columns leave, only to count them.
    search: (type, query) =>
      documentSearch.search(source(query.conditions), type, {
        ...query,
        conditions: query.conditions.filter((condition) => !isSaidByColumn(condition)),
      }),
  }
}

const isIn = ({ column, values }: ReturnType<typeof columnsOf>[number]): RawBuilder<unknown> =>
  sql`${sql.ref(column)} in (${sql.join(values)})`

/** Whether a column says all of a condition: a reference to another type than the column's fits nothing. */
const isSaidByColumn = (condition: SearchCondition): boolean => {
  if (columnsOf(condition, COLUMNS).length === 0) return false
  if (condition.kind !== 'reference') return true
  const type = REFERENCED[condition.paths[0]?.join('.') ?? '']
  return condition.values.every(
    (value) => value.kind === 'local' && (value.type === undefined || value.type === type),
  )
}
