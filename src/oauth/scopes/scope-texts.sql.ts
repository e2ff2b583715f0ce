import type { Database } from '../../db/database.ts'
import type { ScopeText, ScopeTextStore } from './scope-texts.store.ts'
import { SCOPE_KEY } from './scope-texts.store.ts'

export const createScopeTextStore = ({ sql, all }: Database): ScopeTextStore => ({
  textsOf: async (scopes) => {
    if (scopes.length === 0) return new Map()
    const rows = await all(
      sql
        .selectFrom('resource_key as key')
        .innerJoin('resource', (join) =>
          join.onRef('resource.kind', '=', 'key.kind').onRef('resource.id', '=', 'key.id'),
        )
        .select(['key.value', 'resource.body'])
        .where('key.kind', '=', 'Scope')
        .where('key.name', '=', SCOPE_KEY)
        .where('key.value', 'in', [...scopes]),
    )
    return new Map(rows.map(({ value, body }) => [value, JSON.parse(body) as ScopeText]))
  },
})
