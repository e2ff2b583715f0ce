import type { CompiledQuery } from 'kysely'
import type { Compilable } from './database.ts'

const NAME = Symbol('name of a parameter')

interface Placeholder {
  readonly [NAME]: string
}

/** Stands for a value while a statement is built; only where Kysely binds a parameter. */
export type Parameter<Values> = <Name extends keyof Values & string>(name: Name) => NonNullable<Values[Name]>

/**
 * Builds and compiles a statement once and fills in its values at each use: for the hot paths, where building it
 * again costs more than half of an indexed read.
 * NOTE: what decides the shape of the statement (`null` with `is`, the length of a list) cannot be a parameter.
 */
export const prepared = <Values extends object, Row = unknown>(
  build: (parameter: Parameter<Values>) => Compilable<Row>,
): ((values: Values) => Compilable<Row>) => {
  let template: CompiledQuery<Row> | undefined
  return (values) => ({
    compile: () => {
      template ??= build((name) => ({ [NAME]: name }) satisfies Placeholder as never).compile()
      return { ...template, parameters: template.parameters.map((value) => filled(value, values)) }
    },
  })
}

const filled = (value: unknown, values: object): unknown =>
  isPlaceholder(value) ? (values as Readonly<Record<string, unknown>>)[value[NAME]] : value

const isPlaceholder = (value: unknown): value is Placeholder =>
  typeof value === 'object' && value !== null && NAME in value
