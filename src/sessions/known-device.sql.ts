import type { Database } from '../db/database.ts'
import type { KnownDeviceStore } from './known-device.store.ts'

export const createKnownDeviceStore = (database: Database): KnownDeviceStore => {
  const { sql } = database
  return {
    findDeviceId: async (tokenHash, userId, now) => {
      const row = await database.first(
        sql
          .selectFrom('known_device')
          .select('device_id')
          .where('token_hash', '=', tokenHash)
          .where('user_id', '=', userId)
          .where('expires_at', '>', now.getTime()),
      )
      return row?.device_id
    },
    rememberSteps: ({ userId, deviceId, oldTokenHash, newTokenHash, expiresAt }) => {
      const add = sql
        .insertInto('known_device')
        .values({
          token_hash: newTokenHash,
          user_id: userId,
          device_id: deviceId,
          expires_at: expiresAt.getTime(),
        })
        .onConflict((conflict) =>
          conflict.columns(['token_hash', 'user_id']).doUpdateSet({ expires_at: expiresAt.getTime() }),
        )
      if (oldTokenHash === undefined) return [database.step(add)]
      const move = sql
        .updateTable('known_device')
        .set({ token_hash: newTokenHash })
        .where('token_hash', '=', oldTokenHash)
      return [database.step(move), database.step(add)]
    },
    forgetAllOfUserSteps: (userId, exceptDeviceId) => {
      const all = sql.deleteFrom('known_device').where('user_id', '=', userId)
      return [
        database.step(exceptDeviceId === undefined ? all : all.where('device_id', '<>', exceptDeviceId)),
      ]
    },
  }
}
