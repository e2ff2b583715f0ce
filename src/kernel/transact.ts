declare const writeStepBrand: unique symbol

/** One statement of a transaction, made by a store; opaque to the rules that compose it with other stores' steps. */
export interface WriteStep {
  readonly [writeStepBrand]: true
}

export type SqlValue = string | number | bigint | null | Uint8Array

/** What one step did: the rows of its RETURNING clause and how many rows it changed. */
export interface StepResult {
  readonly rows: readonly Readonly<Record<string, SqlValue>>[]
  readonly changed: number
}

/**
 * `refused`: the guarded step with this index changed nothing; the whole transaction was rolled back.
 */
export type TransactOutcome =
  | { readonly kind: 'committed'; readonly results: readonly StepResult[] }
  | { readonly kind: 'refused'; readonly step: number }

/**
 * Runs the steps in order as one atomic transaction, durable when the promise resolves.
 * @throws {DuplicateKeyError} a unique key exists already; nothing was written
 * @throws {Problem} unavailable — the database is down, read-only, full or too slow; nothing was acknowledged
 */
export type Transact = (steps: readonly WriteStep[]) => Promise<TransactOutcome>

/** A unique key was already taken. `constraint` is the table (and columns, where the engine tells them). */
export class DuplicateKeyError extends Error {
  readonly constraint: string

  constructor(constraint: string) {
    super(`duplicate key: ${constraint}`)
    this.name = 'DuplicateKeyError'
    this.constraint = constraint
  }
}

/** Commits steps of which none is guarded. */
export const commit = async (
  transact: Transact,
  steps: readonly WriteStep[],
): Promise<readonly StepResult[]> => {
  const outcome = await transact(steps)
  if (outcome.kind === 'refused')
    throw new Error(`step ${outcome.step} was refused where no refusal was expected`)
  return outcome.results
}
