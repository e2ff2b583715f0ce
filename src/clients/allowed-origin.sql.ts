import type { Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import type { AllowedOriginStore } from './allowed-origin.store.ts'
import { ALLOWED_ORIGIN_KEY, originsThatAllow } from './allowed-origin.ts'

export const createAllowedOriginStore = ({ sql, first }: Database): AllowedOriginStore => ({
  allows: async (origin) => {
    const origins = originsThatAllow(origin)
    if (origins.length === 0) return false
    const row = await first(
      sql
        .selectFrom('resource_key')
        .select('id')
        .where('kind', '=', 'Client')
        .where('name', '=', ALLOWED_ORIGIN_KEY)
        .where('value', 'in', origins)
        .limit(fixed(1)),
    )
    return row !== undefined
  },
})
