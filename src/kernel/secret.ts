import { inspect } from 'node:util'

const HIDDEN = '[secret]'

/** Holds what must not be printed: string conversion, JSON and inspection show a placeholder. */
export interface Secret<T> {
  reveal(): T
}

export const secretOf = <T>(value: T): Secret<T> => ({
  reveal: () => value,
  ...{ toString: () => HIDDEN, toJSON: () => HIDDEN, [inspect.custom]: () => HIDDEN },
})
