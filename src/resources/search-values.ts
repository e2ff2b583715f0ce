import { malformed } from '../kernel/problem.ts'

const MOST_VALUES = 100

/** SQLite refuses patterns of 50,000 bytes; nobody types a tenth of that. */
const LONGEST_VALUE = 4000

/** Values are separated by commas; `\,` is a comma of the value. @throws {Problem} malformed — none, too many, too long */
export const valuesOf = (text: string, name: string): readonly string[] => {
  const values = (text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? []).map((value) =>
    oneValue(value.replaceAll(/\\([,|$\\])/g, '$1'), name),
  )
  if (values.length === 0) throw malformed('expected a value', shown(name))
  if (values.length > MOST_VALUES) throw malformed(`expected at most ${MOST_VALUES} values`, shown(name))
  return values
}

/** The value as it is. @throws {Problem} malformed — too long */
export const oneValue = (value: string, name: string): string => {
  if (value.length > LONGEST_VALUE)
    throw malformed(`expected at most ${LONGEST_VALUE} characters`, shown(name))
  return value
}

/** @throws {Problem} malformed */
export const booleanOf = (name: string, value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw malformed('expected true or false', shown(name))
  return value === 'true'
}

/** A parameter's name as a message may tell it. */
export const shown = (name: string): string =>
  name.length > 80 ? `${name.slice(0, 80).toWellFormed()}…` : name
