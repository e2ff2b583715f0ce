import type { BrowserSession } from '../sessions/session.ts'
import type { BeginSignInDeps } from './begin-sign-in.ts'
import { askCode, keepAttempt, newAttempt } from './begin-sign-in.ts'
import { enrolments } from './enrolled-factors.ts'
import { passwordMark } from './prove-password.ts'
import type { Visitor } from './visitor.ts'

export type BeginStepUpDeps = Pick<
  BeginSignInDeps,
  'attempts' | 'attemptSeal' | 'clock' | 'factors' | 'passwords' | 'random' | 'transact'
>

/**
 * Begins a sign-in whose password the session stands for, so that the second factor alone is asked for. The session must
 * live until the code is there; it counts as no newer by it, since nobody showed the password again.
 * Undefined where a password must be shown: the session is not of one, or the user has none any more, or no second factor.
 */
export const beginStepUp = async (
  deps: BeginStepUpDeps,
  session: BrowserSession,
  request: string,
  visitor: Visitor,
): Promise<string | undefined> => {
  const { userId } = session
  const [enrolled, password] = await Promise.all([
    enrolments(deps.factors, userId),
    deps.passwords.find(userId),
  ])
  const proof = session.proven.find(({ factor }) => factor === 'password')
  const [asked] = enrolled
  if (password === undefined || proof === undefined || asked === undefined) return undefined
  const destination = { request, redirectTo: undefined }
  const mark = passwordMark(password)
  const { id, authenticatedAt } = session
  const attempt = {
    ...newAttempt(deps, { account: { id: userId }, proof, mark }, enrolled, destination),
    session: { id, authenticatedAt },
  }
  await keepAttempt(deps, attempt, destination, visitor)
  return (await askCode(deps, attempt, asked, visitor)).attemptToken
}
