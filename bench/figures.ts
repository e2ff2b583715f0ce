/** What is measured, each once per round; the two sides of a row have the row's name. */
export interface Figures {
  record(name: string, value: number): void
  has(name: string): boolean
  /** One value per round. @throws {Error} when nothing was recorded under the name */
  values(name: string): readonly number[]
}

export const createFigures = (): Figures => {
  const recorded = new Map<string, number[]>()
  return {
    record: (name, value) => {
      const values = recorded.get(name) ?? []
      values.push(value)
      recorded.set(name, values)
    },
    has: (name) => recorded.has(name),
    values: (name) => {
      const values = recorded.get(name)
      if (values === undefined) throw new Error(`nothing was measured as ${name}`)
      return values
    },
  }
}

/** The rows that are compared with a floor in requests per second. Of documents the floor does nothing but HTTP: no goal. */
export const RATE_ROWS = [
  {
    name: 'code → token, JWT (RS256)',
    floor: 'one RS256 signature, one durable insert of a session',
    hasGoal: true,
  },
  { name: 'code → token, opaque', floor: 'one durable insert of a session', hasGoal: true },
  {
    name: 'refresh with rotation, JWT (RS256)',
    floor: 'one RS256 signature, one durable insert of a session',
    hasGoal: true,
  },
  { name: 'refresh with rotation, opaque', floor: 'one durable insert of a session', hasGoal: true },
  { name: 'userinfo, opaque token', floor: 'one hashed token, one indexed lookup', hasGoal: true },
  { name: 'userinfo, JWT', floor: 'one hashed token, one indexed lookup', hasGoal: true },
  { name: 'discovery', floor: 'static bytes', hasGoal: false },
  { name: 'JWKS', floor: 'static bytes', hasGoal: false },
] as const

export type RateRow = (typeof RATE_ROWS)[number]['name']

export type Side = 'floor' | 'ours'

export const rateFigure = (row: RateRow, side: Side): string => `${row}, ${side}`
