import type { AccountStore } from '../accounts/account.store.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { CurrentAuthPolicy } from '../auth-config/auth-config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import { hashSecretToken, newId, newOrderedId, newSecretToken } from '../kernel/secret-token.ts'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import type { KnownDeviceStore } from '../sessions/known-device.store.ts'
import type { SessionStore } from '../sessions/session.store.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { AuthorizationFlow } from './authorization-flow.ts'
import type { Destination } from './destination.ts'
import { LANDING_PATH } from './sign-in-paths.ts'
import type { FinishedSignIn } from './sign-in-step.ts'
import type { Visitor } from './visitor.ts'

export const DEVICE_SECONDS = 365 * 24 * 60 * 60

export interface CompleteSignInDeps {
  readonly transact: Transact
  readonly accounts: Pick<AccountStore, 'activeGuard'>
  readonly sessions: SessionStore
  readonly devices: KnownDeviceStore
  readonly auditLog: AuditLog
  readonly currentPolicy: CurrentAuthPolicy
  readonly flow: Pick<AuthorizationFlow, 'prepare'>
  readonly clock: Clock
  readonly random: Random
}

export interface SignInToComplete {
  readonly finished: FinishedSignIn
  readonly visitor: Visitor
  readonly destination: Destination
  /** When the person signed in who only proved one factor more now; now where left out. */
  readonly authenticatedAt?: number | undefined
  /** Committed with it; where a guard of theirs refuses, nobody is signed in. */
  readonly also: readonly WriteStep[]
}

export interface SignedIn {
  readonly kind: 'signed-in'
  readonly session: BrowserSession
  readonly sessionToken: string
  readonly sessionSeconds: number
  readonly deviceToken: string
  /** Where the browser goes: to the app that waits, or where it wanted to go. */
  readonly location: string
}

/**
 * Opens the session of a finished sign-in: the only caller of `SessionStore.openStep`. One transaction uses up the proofs,
 * opens the session under a new id, ends the browser's old one (session fixation), renews its device cookie, issues the
 * code of an app that waits and needs nothing else, and tells the audit log. `refused`: a proof was used up elsewhere or the user changed meanwhile; nothing was written.
 */
export const completeSignIn = async (
  deps: CompleteSignInDeps,
  { finished, visitor, destination, authenticatedAt, also }: SignInToComplete,
): Promise<SignedIn | { readonly kind: 'refused' }> => {
  const { clock, devices, random, sessions } = deps
  const { userId, proven } = finished
  const { sessionSeconds } = await deps.currentPolicy()
  const at = clock.now()
  const expiresAt = new Date(at.getTime() + sessionSeconds * 1000)
  const sessionToken = newSecretToken(random)
  const deviceToken = newSecretToken(random)
  const oldDeviceHash = visitor.deviceToken === undefined ? undefined : hashSecretToken(visitor.deviceToken)
  const oldSession =
    visitor.sessionToken === undefined
      ? undefined
      : await sessions.findBrowserSession(hashSecretToken(visitor.sessionToken), at)
  // NOTE: what hangs on the session of the same person goes on, and applications know it by its id (`sid`).
  const kept = oldSession?.userId === userId ? oldSession : undefined
  const knownDeviceId =
    oldDeviceHash === undefined ? undefined : await devices.findDeviceId(oldDeviceHash, userId, at)
  const session: BrowserSession = {
    id: kept?.id ?? newOrderedId(random, at),
    userId,
    proven,
    authenticatedAt: authenticatedAt ?? at.getTime(),
    expiresAt: expiresAt.getTime(),
  }
  const next =
    destination.request === undefined
      ? { location: destination.redirectTo ?? LANDING_PATH, steps: [] }
      : await deps.flow.prepare(destination.request, visitor.flowHash, session, visitor.origin)

  const opened = {
    id: session.id,
    tokenHash: hashSecretToken(sessionToken),
    userId,
    proven,
    origin: visitor.origin,
    at,
    authenticatedAt,
    expiresAt,
  }
  const outcome = await deps.transact([
    ...finished.use,
    deps.accounts.activeGuard(userId),
    ...also,
    ...(kept === undefined ? [sessions.openStep(opened)] : sessions.reopenSteps(opened)),
    ...(oldSession === undefined || kept !== undefined
      ? []
      : sessions.endSteps(oldSession.id, 'replaced', at)),
    ...devices.rememberSteps({
      userId,
      deviceId: knownDeviceId ?? newId(random),
      oldTokenHash: oldDeviceHash,
      newTokenHash: hashSecretToken(deviceToken),
      expiresAt: new Date(at.getTime() + DEVICE_SECONDS * 1000),
    }),
    deps.auditLog.step({
      event: 'sign-in',
      outcome: 'success',
      userId,
      actor: `User/${userId}`,
      origin: visitor.origin,
      detail: { factors: proven.map(({ factor }) => factor) },
    }),
    ...next.steps,
  ])
  if (outcome.kind === 'refused') return { kind: 'refused' }
  return { kind: 'signed-in', session, sessionToken, sessionSeconds, deviceToken, location: next.location }
}
