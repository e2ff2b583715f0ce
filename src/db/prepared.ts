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
  let slots: readonly Slot[] = []
  const open = (): CompiledQuery<Row> => {
    const built = build((name) => ({ [NAME]: name }) satisfies Placeholder as never).compile()
    slots = built.parameters.map((value) => (isPlaceholder(value) ? { name: value[NAME] } : { value }))
    return built
  }
  return (values) => ({
    compile: () => {
      template ??= open()
      const { query, queryId, sql } = template
      return { query, queryId, sql, parameters: slots.map((slot) => filled(slot, values)) }
    },
  })
}

type Slot = { readonly name: string } | { readonly name?: never; readonly value: unknown }

const filled = (slot: Slot, values: object): unknown =>
  slot.name === undefined ? slot.value : (values as Readonly<Record<string, unknown>>)[slot.name]

const isPlaceholder = (value: unknown): value is Placeholder =>
  typeof value === 'object' && value !== null && NAME in value
