import type { WriteStep } from '../kernel/transact.ts'
import type { Compilable } from './database.ts'
import type { Statement } from './sql-values.ts'
import { checkedParameters } from './sql-values.ts'

/** Compiles and checks one statement. @throws {Problem} invalid — see {@link checkedParameters} */
export const toStatement = (query: Compilable<unknown>, isGuard: boolean): Statement => {
  const { sql, parameters } = query.compile()
  return { sql, parameters: checkedParameters(parameters), isGuard }
}

/** A step is a statement that only this folder can look into. */
export const toStep = (statement: Statement): WriteStep => statement as unknown as WriteStep

/** Looks into steps, which are statements to this folder alone. */
export const toStatements = (steps: readonly WriteStep[]): readonly Statement[] =>
  steps as unknown as readonly Statement[]
