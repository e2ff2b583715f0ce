import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'

/**
 * A number that is part of the statement, for a `limit` that is always the same.
 * NOTE: SQLite plans a statement anew for each value bound to its `limit`, which costs several times the read.
 */
export const fixed = (value: number): RawBuilder<number> => sql.lit(value)
