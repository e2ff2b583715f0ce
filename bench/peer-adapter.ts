import type { Adapter, AdapterPayload } from 'oidc-provider'
import { Pool } from 'pg'

const TABLE = `create table if not exists oidc_payload (
  type text not null, id text not null, payload jsonb not null, grant_id text, user_code text, uid text,
  expires_at timestamptz, consumed_at timestamptz, primary key (type, id))`
const INDEXES = ['grant_id', 'user_code', 'uid'].map(
  (column) => `create index if not exists oidc_payload_${column} on oidc_payload (${column})`,
)

/** As many connections as Countersign has. */
const CONNECTIONS = 4

/**
 * The adapter that the peer's documentation asks for, on one table: upsert, find, consume, destroy and revoke by grant, each
 * one prepared statement.
 */
export const createPeerAdapter = async (url: string): Promise<(name: string) => Adapter> => {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS })
  for (const statement of [TABLE, ...INDEXES]) await pool.query(statement)
  const query = (name: string, text: string, values: readonly unknown[]) =>
    pool.query<Row>({ name, text, values: [...values] })
  const findBy = async (column: 'id' | 'uid' | 'user_code', type: string, value: string) => {
    const text = `select payload, expires_at, consumed_at from oidc_payload where type = $1 and ${column} = $2`
    const { rows } = await query(`find-${column}`, text, [type, value])
    return payloadOf(rows[0])
  }
  return (type) => ({
    upsert: async (id, payload, expiresIn) => {
      await query(
        'upsert',
        `insert into oidc_payload (type, id, payload, grant_id, user_code, uid, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (type, id) do update set payload = $3, grant_id = $4, user_code = $5, uid = $6, expires_at = $7`,
        [
          type,
          id,
          payload,
          payload.grantId,
          payload.userCode,
          payload.uid,
          expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000),
        ],
      )
    },
    find: (id) => findBy('id', type, id),
    findByUid: (uid) => findBy('uid', type, uid),
    findByUserCode: (userCode) => findBy('user_code', type, userCode),
    consume: async (id) => {
      await query('consume', 'update oidc_payload set consumed_at = now() where type = $1 and id = $2', [
        type,
        id,
      ])
    },
    destroy: async (id) => {
      await query('destroy', 'delete from oidc_payload where type = $1 and id = $2', [type, id])
    },
    revokeByGrantId: async (grantId) => {
      await query('revoke', 'delete from oidc_payload where grant_id = $1', [grantId])
    },
  })
}

/** In memory, without the limit of a thousand entries that the peer's own one has: no run of a benchmark fits it. */
export const createMemoryAdapter = (): ((name: string) => Adapter) => {
  const stored = new Map<string, AdapterPayload>()
  const keysOfGrants = new Map<string, string[]>()
  const uids = new Map<string, string>()
  return (type) => {
    const keyOf = (id: string): string => `${type}:${id}`
    return {
      upsert: async (id, payload) => {
        stored.set(keyOf(id), payload)
        if (payload.uid !== undefined) uids.set(payload.uid, id)
        if (payload.grantId === undefined) return
        const keys = keysOfGrants.get(payload.grantId) ?? []
        keys.push(keyOf(id))
        keysOfGrants.set(payload.grantId, keys)
      },
      find: async (id) => stored.get(keyOf(id)),
      findByUid: async (uid) => stored.get(keyOf(uids.get(uid) ?? '')),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = stored.get(keyOf(id))
        if (payload !== undefined) stored.set(keyOf(id), { ...payload, consumed: true })
      },
      destroy: async (id) => {
        stored.delete(keyOf(id))
      },
      revokeByGrantId: async (grantId) => {
        for (const key of keysOfGrants.get(grantId) ?? []) stored.delete(key)
        keysOfGrants.delete(grantId)
      },
    }
  }
}

interface Row {
  readonly payload: AdapterPayload
  readonly expires_at: Date | null
  readonly consumed_at: Date | null
}

const payloadOf = (row: Row | undefined): AdapterPayload | undefined => {
  if (row === undefined || (row.expires_at !== null && row.expires_at.getTime() < Date.now()))
    return undefined
  return row.consumed_at === null ? row.payload : { ...row.payload, consumed: true }
}
