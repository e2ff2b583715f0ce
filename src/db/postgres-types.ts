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

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
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

/** Rows read as SQLite's do: numbers are numbers, booleans 1 and 0, everything else (JSON too) is text. */
export const postgresTypes = {
  getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText,
}
