import type { SqlValue } from '../kernel/transact.ts'

/** Object identifiers of types in pg_type that a query of ours can return. */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  numeric: 1700,
}

const toNumber = (text: string): number => Number(text)

const toSafeInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a JavaScript number`)
  return value
}

const PARSERS = new Map<number, (text: string) => SqlValue>([
  [OID.bool, (text) => (text === 't' ? 1 : 0)],
  [OID.bytea, (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
  [OID.int8, toSafeInteger],
  [OID.int2, toNumber],
  [OID.int4, toNumber],
  [OID.oid, toNumber],
  [OID.float4, toNumber],
  [OID.float8, toNumber],
  [OID.numeric, toNumber],
])

const asText = (text: string): string => text

/** Values read as SQLite's do: numbers are numbers, booleans 1 and 0, everything else (JSON too) is text. */
export const readerOf = (oid: number): ((text: string) => SqlValue) => PARSERS.get(oid) ?? asText

/** The same for what pg itself reads. */
export const postgresTypes = { getTypeParser: readerOf }
