import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { commit } from '../kernel/transact.ts'
import type { Compilable, Database } from './database.ts'
import type { ColumnCipher } from './encrypted-column.ts'
import { CannotDecryptError } from './encrypted-column.ts'

/** Small, so that nobody who writes waits for long. */
const BATCH = 200

/** Every column that holds secrets; a row is named in its envelope by its key, the parts apart by a slash. */
const ENCRYPTED = [
  { table: 'totp_credential', column: 'secret', key: ['user_id'] },
  { table: 'totp_pending', column: 'secret', key: ['session_id'] },
  { table: 'signing_key', column: 'private_key', key: ['kid'] },
  { table: 'webhook_header', column: 'value', key: ['auth_config_id', 'name'] },
  { table: 'introspector_secret', column: 'value', key: ['introspector_id', 'path'] },
] as const

type Encrypted = (typeof ENCRYPTED)[number]

export interface ReEncrypted {
  /** `table.column`. */
  readonly name: string
  /** How many values the first key encrypts now that another one did before. */
  readonly changed: number
  /** How many none of the keys opens; they stay as they are. */
  readonly unreadable: number
}

/**
 * Encrypts with the first key of the cipher what others encrypted. Servers may run meanwhile; what they change in between
 * is theirs. Broken off it goes on where it was the next time, and done it has nothing to do.
 * @throws {Problem} unavailable — what was changed until then stays changed
 */
export const reEncrypt = async (
  database: Database,
  cipher: ColumnCipher,
): Promise<readonly ReEncrypted[]> => {
  const done: ReEncrypted[] = []
  for (const encrypted of ENCRYPTED) done.push(await reEncryptColumn(database, cipher, encrypted))
  return done
}

const reEncryptColumn = async (
  database: Database,
  cipher: ColumnCipher,
  encrypted: Encrypted,
): Promise<ReEncrypted> => {
  const { table, column, key } = encrypted
  let [changed, unreadable] = [0, 0]
  let after: readonly string[] | undefined
  for (;;) {
    const rows: readonly Row[] = await database.all(
      compilable<Row>(database, olderRows(encrypted, cipher.prefix, after)),
    )
    const steps = rows.flatMap((row) => {
      const sealed = sealAnew(cipher, row.envelope, { table, column, row: keyOf(row, key).join('/') })
      if (sealed === undefined) unreadable += 1
      return sealed === undefined
        ? []
        : [database.step(compilable(database, replacement(encrypted, row, sealed)))]
    })
    const results = steps.length === 0 ? [] : await commit(database.transact, steps)
    changed += results.reduce((sum, result) => sum + result.changed, 0)
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return { name: `${table}.${column}`, changed, unreadable }
    after = keyOf(last, key)
  }
}

type Row = Readonly<Record<string, string>> & { readonly envelope: string }

const keyOf = (row: Row, key: readonly string[]): readonly string[] => key.map((name) => row[name] ?? '')

/** Undefined where it cannot be opened. */
const sealAnew = (
  cipher: ColumnCipher,
  envelope: string,
  cell: Parameters<ColumnCipher['open']>[1],
): string | undefined => {
  try {
    return cipher.seal(cipher.open(envelope, cell), cell)
  } catch (error) {
    if (error instanceof CannotDecryptError) return undefined
    throw error
  }
}

/** NOTE: a private key that was deleted is an empty text. */
const olderRows = (
  { table, column, key }: Encrypted,
  prefix: string,
  after: readonly string[] | undefined,
): RawBuilder<unknown> => {
  const keys = sql.join(key.map((name) => sql.ref(name)))
  const rest = after === undefined ? sql`` : sql` and (${keys}) > (${sql.join(after)})`
  return sql`select ${keys}, ${sql.ref(column)} as envelope from ${sql.table(table)}
    where ${sql.ref(column)} <> '' and ${sql.ref(column)} not like ${`${prefix}%`}${rest} order by ${keys} limit ${BATCH}`
}

const replacement = ({ table, column, key }: Encrypted, row: Row, sealed: string): RawBuilder<unknown> => {
  const named = key.map((name) => sql`${sql.ref(name)} = ${row[name]}`)
  return sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
    where ${sql.join([...named, sql`${sql.ref(column)} = ${row.envelope}`], sql` and `)}`
}

const compilable = <Result>(database: Database, statement: RawBuilder<unknown>): Compilable<Result> => ({
  compile: () => statement.compile(database.sql) as ReturnType<Compilable<Result>['compile']>,
})
