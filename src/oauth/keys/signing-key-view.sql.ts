import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { jsonMembers } from '../../db/json-members.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { DocumentSearch } from '../../resources/document-search.store.ts'
import type { ResourceStore } from '../../resources/resource.store.ts'
import type { SigningKey } from './signing-key.store.ts'

/** A key that the operator brought: it is in the configuration and in no table. */
export type OwnKey = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk'>

/**
 * Published keys as resources. Of an algorithm that an own key signs, keys of the server only verify, whatever they were.
 * @param own known since the process started
 */
export const createSigningKeyViewStore =
  (
    { dialect }: Pick<Database, 'dialect'>,
    documentSearch: DocumentSearch<RawBuilder<unknown>>,
    clock: Clock,
  ) =>
  (own: readonly OwnKey[]): Pick<ResourceStore, 'find' | 'search'> => {
    const members = jsonMembers(dialect)
    const column = (name: string) => sql.ref(`k.${name}`)
    const ownAlgorithms = [...new Set(own.map(({ algorithm }) => algorithm))]
    const isReplaced =
      ownAlgorithms.length === 0 ? sql`1 = 0` : sql`k.algorithm in (${sql.join(ownAlgorithms)})`
    const body = members.document({
      kid: column('kid'),
      alg: column('algorithm'),
      state: sql`case when k.retired_at is not null or ${isReplaced} then 'retired' when k.is_active = 1 then 'active' else 'next' end`,
      isOwn: members.flag(sql`1 = 0`),
      created: members.instant(column('created_at')),
      signsFrom: members.instant(column('signs_from')),
      retired: members.instant(column('retired_at')),
      removed: members.instant(column('remove_at')),
      publicKey: members.json(column('public_jwk')),
    })
    const updatedAt = sql`coalesce(k.retired_at, case when k.is_active = 1 then k.signs_from else k.created_at end)`
    const version = sql`case when k.retired_at is not null then 3 when k.is_active = 1 then 2 else 1 end`
    const startedAt = clock.now().getTime()
    const ownRow = ({ kid, algorithm, publicJwk }: OwnKey, index: number) => {
      const isFirst = own.findIndex((key) => key.algorithm === algorithm) === index
      const document = {
        kid,
        alg: algorithm,
        state: isFirst ? 'active' : 'retired',
        isOwn: true,
        publicKey: publicJwk,
      }
      return sql`select 'SigningKey' as kind, cast(${kid} as text) as id, 1 as version_id, cast(${startedAt} as bigint) as created_at, cast(${startedAt} as bigint) as updated_at, cast(${JSON.stringify(document)} as text) as body, 0 as is_deleted`
    }
    const source = () => {
      const stored = sql`select 'SigningKey' as kind, k.kid as id, ${version} as version_id, k.created_at, ${updatedAt} as updated_at, ${body} as body, 0 as is_deleted
        from signing_key k where k.remove_at is null or k.remove_at > ${clock.now().getTime()}`
      return sql.join([stored, ...own.map(ownRow)], sql` union all `)
    }
    return {
      find: (_, id) => documentSearch.find(source(), id),
      search: (type, query) => documentSearch.search(source(), type, query),
    }
  }
