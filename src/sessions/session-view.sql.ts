import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { jsonMembers } from '../db/json-members.ts'
import type { Clock } from '../kernel/clock.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import { columnsOf } from '../resources/columns-of.ts'
import type { DocumentSearch } from '../resources/document-search.store.ts'
import type { ResourceStore } from '../resources/resource.store.ts'
import type { StoredResource } from '../resources/resource.ts'
import type { SearchCondition } from '../resources/search-query.ts'

/** What is compared with a token is its hash; it never leaves. */
const ACCESS_TOKEN = 'access_token'

/**
 * Sessions and tokens as resources: of a row what may be seen, with a version that grows as the row does. Rows that
 * expired are gone, also where the sweeper has not come yet.
 */
export const createSessionViewStore = (
  { dialect }: Pick<Database, 'dialect'>,
  documentSearch: DocumentSearch<RawBuilder<unknown>>,
  clock: Clock,
): Pick<ResourceStore, 'find' | 'search'> => {
  const members = jsonMembers(dialect)
  const column = (name: string) => sql.ref(`s.${name}`)

  const documents = (now: number, conditions: readonly SearchCondition[] = []) => {
    const isActive = sql`s.ended_at is null and coalesce(s.expires_at, s.code_expires_at, 0) > ${now}`
    const isCookie = sql`s.type = 'browser'`
    const body = members.document({
      type: column('type'),
      jti: sql`case when not (${isCookie}) then s.id end`,
      user: members.reference('User', column('user_id')),
      client: members.reference('Client', column('client_id')),
      parent: members.reference('Session', column('parent_id')),
      scope: members.words(column('scope')),
      audience: members.json(column('audience')),
      exp: members.seconds(column('expires_at')),
      refresh_token_exp: members.seconds(column('refresh_expires_at')),
      start: members.instant(column('created_at')),
      end: members.instant(column('ended_at')),
      active: members.flag(isActive),
      [ACCESS_TOKEN]: sql`case when not (${isCookie}) then s.token_hash end`,
    })
    const changes = ['code_used_at', 'refresh_used_at', 'ended_at'].map(
      (name) => sql`case when ${column(name)} is null then 0 else 1 end`,
    )
    const version = sql`1 + ${sql.join(changes, sql` + `)}`
    const updatedAt = sql`coalesce(s.ended_at, s.refresh_used_at, s.code_used_at, s.authenticated_at, s.created_at)`
    return sql`select 'Session' as kind, s.id, ${version} as version_id, s.created_at, ${updatedAt} as updated_at, ${body} as body, 0 as is_deleted
      from session s where ${sql.join([sql`s.sweep_at > ${now}`, ...conditions.flatMap(byColumn)], sql` and `)}`
  }

  return {
    find: async (_, id) => {
      const found = await documentSearch.find(documents(clock.now().getTime()), id)
      return found && withoutHash(found)
    },
    search: async (type, query) => {
      const conditions = query.conditions.map(hashedToken)
      const source = documents(clock.now().getTime(), conditions)
      const page = await documentSearch.search(source, type, { ...query, conditions })
      return { ...page, resources: page.resources.map(withoutHash) }
    },
  }
}

/** A search by a token is a search by its hash. */
const hashedToken = (condition: SearchCondition): SearchCondition =>
  condition.kind === 'text' && condition.target.paths[0]?.[0] === ACCESS_TOKEN
    ? { ...condition, match: 'equals', values: condition.values.map(hashSecretToken) }
    : condition

/** Columns with an index, by what they are in the document. */
const INDEXED: Readonly<Record<string, string>> = {
  [ACCESS_TOKEN]: 's.token_hash',
  jti: 's.id',
  'user.id': 's.user_id',
  'client.id': 's.client_id',
  'parent.id': 's.parent_id',
}

const byColumn = (condition: SearchCondition): readonly RawBuilder<unknown>[] =>
  columnsOf(condition, INDEXED).map(({ column, values }) => sql`${sql.ref(column)} in (${sql.join(values)})`)

const withoutHash = (resource: StoredResource): StoredResource => ({
  ...resource,
  body: Object.fromEntries(Object.entries(resource.body).filter(([name]) => name !== ACCESS_TOKEN)),
})
