import type { Database } from '../db/database.ts'
import type { RecentActivityStore } from './recent-activity.store.ts'

export const createRecentActivityStore = (database: Database): RecentActivityStore => ({
  listOfUser: async (userId, events, limit) => {
    const rows = await database.all(
      database.sql
        .selectFrom('audit_event')
        .selectAll()
        .where('user_id', '=', userId)
        .where('event', 'in', events)
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(limit),
    )
    return rows.map((row) => ({
      at: row.at,
      event: row.event,
      isSuccess: row.outcome === 'success',
      reason: row.reason ?? undefined,
      actor: row.actor ?? undefined,
      clientId: row.client_id ?? undefined,
      factor: row.factor ?? undefined,
      address: row.address ?? undefined,
      userAgent: row.user_agent ?? undefined,
    }))
  },
})
