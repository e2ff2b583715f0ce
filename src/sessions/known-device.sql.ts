import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { KnownDeviceTable } from '../db/tables.ts'
import type { KnownDeviceStore } from './known-device.store.ts'

export const createKnownDeviceStore = (database: Database): KnownDeviceStore => {
  const { sql } = database
  const findId = prepared<{ tokenHash: string; userId: string; now: number }, { device_id: string }>(
    (value) =>
      sql
        .selectFrom('known_device')
        .select('device_id')
        .where('token_hash', '=', value('tokenHash'))
        .where('user_id', '=', value('userId'))
        .where('expires_at', '>', value('now')),
  )
  const add = prepared<KnownDeviceTable>((value) =>
    sql
      .insertInto('known_device')
      .values({
        token_hash: value('token_hash'),
        user_id: value('user_id'),
        device_id: value('device_id'),
        expires_at: value('expires_at'),
      })
      .onConflict((conflict) =>
        conflict.columns(['token_hash', 'user_id']).doUpdateSet({ expires_at: value('expires_at') }),
      ),
  )
  const move = prepared<{ from: string; to: string }>((value) =>
    sql
      .updateTable('known_device')
      .set({ token_hash: value('to') })
      .where('token_hash', '=', value('from')),
  )
  return {
    findDeviceId: async (tokenHash, userId, now) => {
      const row = await database.first(findId({ tokenHash, userId, now: now.getTime() }))
      return row?.device_id
    },
    rememberSteps: ({ userId, deviceId, oldTokenHash, newTokenHash, expiresAt }) => {
      const adding = add({
        token_hash: newTokenHash,
        user_id: userId,
        device_id: deviceId,
        expires_at: expiresAt.getTime(),
      })
      if (oldTokenHash === undefined) return [database.step(adding)]
      return [database.step(move({ from: oldTokenHash, to: newTokenHash })), database.step(adding)]
    },
    forgetAllOfUserSteps: (userId, exceptDeviceId) => {
      const all = sql.deleteFrom('known_device').where('user_id', '=', userId)
      return [
        database.step(exceptDeviceId === undefined ? all : all.where('device_id', '<>', exceptDeviceId)),
      ]
    },
  }
}
