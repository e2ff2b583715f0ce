import type { Play } from '../trial/play.ts'
import type { Party, Trial } from '../trial/trial.ts'

export interface Step {
  readonly id: string
  readonly title: string
  readonly about: string
  /** @throws {StepFailure} the step cannot go on; a failed check alone lets it finish. */
  readonly run: (play: Play) => Promise<'skipped' | undefined>
}

/** Which client a flow is for: one with a secret, or one that everybody can read. */
export type ClientKind = 'confidential' | 'public'

export interface Flow {
  /** In the URL. */
  readonly id: string
  readonly title: string
  readonly about: string
  readonly client: ClientKind
  /** What a chosen client must be allowed. */
  readonly grantType: string
  readonly hasUser: boolean
  /** Whether each run begins with a user of its own, whose second factor is off. */
  readonly hasFreshUser?: true
  /** How one's own browser would begin it. */
  readonly link?: (party: Party) => string
  readonly steps: readonly Step[]
}

const NOBODY = { id: '', password: '' }

/** Application and user of a flow; empty names where they are not made yet. */
export const partyOf = ({ client }: Pick<Flow, 'client'>, { mode, chosen, made }: Trial): Party => {
  if (mode === 'choose') return chosen
  const user = made.user ?? NOBODY
  const application = made.clients[client] ?? { id: '', secret: '' }
  return {
    clientId: application.id,
    clientSecret: application.secret,
    redirectUri: chosen.redirectUri,
    userId: user.id,
    password: user.password,
  }
}
