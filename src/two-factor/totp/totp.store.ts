import type { WriteStep } from '../../kernel/transact.ts'
import type { Delivery } from '../second-factor.ts'
import type { TotpKey } from './totp.ts'

/** What is stored of a user's authenticator. A row stays after disabling, without the secret but with the used step. */
export interface TotpCredential {
  readonly userId: string
  /** The active secret; undefined while the factor is off. */
  readonly key: TotpKey | undefined
  /** Names the channel a webhook receiver may use, as the operator set it. */
  readonly transport: string | undefined
  /** The newest step used up; it and every earlier one are refused (RFC 6238 §5.2). Never goes down. */
  readonly lastStep: number
  /** Changes whenever the secret does; opaque. */
  readonly revision: string
}

/** A secret that was shown to one browser session and not proven yet. It signs nobody in. */
export interface PendingTotp {
  readonly sessionId: string
  readonly userId: string
  /** Unpadded Base32. */
  readonly secret: string
  /** How codes are to be sent once it is the active one; undefined where nothing was said. */
  readonly transport: string | undefined
  readonly expiresAt: number
}

export interface TotpView {
  readonly isEnabled: boolean
  readonly transport: string | undefined
  /** When it was last enabled or disabled, in milliseconds; 0 while the user has only begun to enrol. */
  readonly changedAt: number
}

export interface TotpStore {
  find(userId: string): Promise<TotpCredential | undefined>
  /** Whether there is an active secret; decrypts none. */
  isEnabled(userId: string): Promise<boolean>
  /** The {@link TotpCredential.revision} of the active secret; decrypts none. */
  activeRevision(userId: string): Promise<string | undefined>
  /** Of those users who have begun to enrol; without secrets. */
  findViews(userIds: readonly string[]): Promise<ReadonlyMap<string, TotpView>>
  /**
   * Guarded: uses up a step of this very secret. Of any number of transactions with the same or an earlier step, in any
   * number of processes, one commits.
   */
  useStep(credential: TotpCredential, step: number): WriteStep

  /** Guarded: refused when a secret is active; of this and an `enable` at the same time one comes after the other. */
  notEnabledSteps(userId: string): readonly WriteStep[]

  /** The live pending secret of this session and this user. */
  findPending(sessionId: string, userId: string, now: Date): Promise<PendingTotp | undefined>
  /**
   * Commits a pending secret unless the session has a live one, and answers what the session has then: two tabs that open
   * at once show the same secret. Of a live one the transport is replaced. The user is known to have begun to enrol from then on.
   */
  openPending(pending: PendingTotp, now: Date): Promise<PendingTotp>
  /** Guarded: takes this very pending secret away, if it still lives; of two confirmations one gets it. */
  takePending(pending: PendingTotp, now: Date): WriteStep
  dropPendingOf(userId: string): WriteStep

  /** Guarded: makes the secret the active one and `step` used up, unless another is active. Without a transport the stored one stays. */
  enable(userId: string, secret: string, step: number, at: Date, transport?: string): WriteStep
  /** Guarded: forgets the active secret; the used step stays. */
  disable(userId: string, at: Date): WriteStep

  /** What is known of the last code the user had sent while signed in. */
  findDelivery(userId: string): Promise<Delivery>
  /** Commits `to` where it still is `from`; of any number at the same time one is true. */
  replaceDelivery(userId: string, from: Delivery, to: Delivery): Promise<boolean>

  /** Makes an imported secret the active one whatever there was before; the used step stays. */
  replace(userId: string, secret: string, transport: string | null, at: Date): WriteStep
  /** Makes sure that no secret is active; the used step stays. */
  switchOff(userId: string, transport: string | null, at: Date): WriteStep
  /** Makes sure that no secret is active; transport and used step stay, and who never began to enrol has not. */
  forget(userId: string, at: Date): WriteStep
  setTransport(userId: string, transport: string | null): WriteStep
  /** Forgets everything about the user, as when the account is deleted. */
  deleteAllOf(userId: string): readonly WriteStep[]
}
