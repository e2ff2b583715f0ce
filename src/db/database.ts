import type { CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import type { Tables } from './tables.ts'

export interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** Where the two engines' SQL differs; everything else is written once. */
export interface SqlDialect {
  readonly engine: 'sqlite' | 'postgres'
  /**
   * The text at a JSON path of a JSON text column as a Kysely raw expression; SQL NULL where there is none.
   * Path parts are keys or array indexes. Booleans read `true`/`false` on both engines.
   */
  jsonText(column: string, path: readonly (string | number)[]): RawBuilder<string | null>
  /** The number that a text is, SQL NULL where it is none. */
  numberOf(text: RawBuilder<unknown>): RawBuilder<number | null>
  /** The milliseconds since 1970 of a text that is a day or an instant, SQL NULL where it is none. */
  instantOf(text: RawBuilder<unknown>): RawBuilder<number | null>
}

/** One open database. SQL is built with `sql` (it only compiles) and run here. */
export interface Database {
  readonly dialect: SqlDialect
  readonly sql: Kysely<Tables>
  /** Runs one SELECT on committed data. @throws {Problem} unavailable */
  all<Row>(query: Compilable<Row>): Promise<readonly Row[]>
  first<Row>(query: Compilable<Row>): Promise<Row | undefined>
  /** Makes a step of a statement. */
  step(query: Compilable<unknown>): WriteStep
  /** Makes a guarded step: a statement with RETURNING (or a SELECT) that must yield a row, or the transaction is refused. */
  guard(query: Compilable<unknown>): WriteStep
  readonly transact: Transact
  /** Answers when a trivial read went through. @throws {Problem} unavailable */
  ping(): Promise<void>
  close(): Promise<void>
}
