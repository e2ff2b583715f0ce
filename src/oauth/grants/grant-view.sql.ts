import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { jsonMembers } from '../../db/json-members.ts'
import type { DocumentSearch } from '../../resources/document-search.store.ts'
import type { ResourceStore } from '../../resources/resource.store.ts'

/** What people allowed applications, as resources. */
export const createGrantViewStore = (
  { dialect }: Pick<Database, 'dialect'>,
  documentSearch: DocumentSearch<RawBuilder<unknown>>,
): Pick<ResourceStore, 'find' | 'search'> => {
  const members = jsonMembers(dialect)
  const column = (name: string) => sql.ref(`g.${name}`)
  const words = members.words(column('scope'))
  const scopes = sql`case when g.scope <> '' then ${words} end`
  const body = members.document({
    user: members.reference('User', column('user_id')),
    client: members.reference('Client', column('client_id')),
    'requested-scope': scopes,
    'provided-scope': scopes,
    scope: column('scope'),
    start: members.instant(column('created_at')),
  })
  // NOTE: allowed anew is another version; nothing else changes.
  const source = sql`select 'Grant' as kind, g.id, case when g.updated_at = g.created_at then 1 else 2 end as version_id, g.created_at, g.updated_at, ${body} as body, 0 as is_deleted
    from consent_grant g`
  return {
    find: (_, id) => documentSearch.find(source, id),
    search: (type, query) => documentSearch.search(source, type, query),
  }
}
