/**
 * What counts as a number or an instant inside a document. Both engines read text by these: PostgreSQL checks the pattern
 * before it casts, since a cast that fails would end the search; SQLite calls the functions. The patterns are the part of
 * regular expressions that JavaScript and PostgreSQL share.
 */
export const NUMBER = String.raw`^-?\d{1,100}(?:\.\d{1,100})?(?:[eE][+-]?\d{1,3})?$`

const LEAP_YEAR = String.raw`(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)`
const DAY = String.raw`(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31|${LEAP_YEAR}-02-29)`
const TIME = String.raw`T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?`

/** The zone of an instant; one without is in UTC. */
export const ZONE = String.raw`(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)`

/** A calendar day or an instant of ISO 8601, in the years 1 to 9999 that both engines know. */
export const INSTANT = `^(?!0000)${DAY}(?:${TIME}${ZONE}?)?$`

const [number, instant, zoned] = [new RegExp(NUMBER), new RegExp(INSTANT), new RegExp(`${ZONE}$`)]

/** The number that a text is to both engines; undefined where it is none. */
export const numberOf = (text: string): number | undefined => (number.test(text) ? Number(text) : undefined)

/** Milliseconds since 1970; a day means its beginning in UTC. */
export const instantOf = (text: string): number | undefined => {
  if (!instant.test(text)) return undefined
  if (!text.includes('T')) return Date.parse(`${text}T00:00Z`)
  return Date.parse(zoned.test(text) ? text : `${text}Z`)
}
