import type { WriteStep } from '../kernel/transact.ts'

export interface RememberedDevice {
  readonly userId: string
  readonly deviceId: string
  /** Of the cookie the browser came with. */
  readonly oldTokenHash: string | undefined
  readonly newTokenHash: string
  readonly expiresAt: Date
}

/** Browsers that finished a sign-in; one browser may know several users. */
export interface KnownDeviceStore {
  /** The device's own id, where this cookie finished a sign-in of this user before. */
  findDeviceId(tokenHash: string, userId: string, now: Date): Promise<string | undefined>
  /** Moves all the browser knows to its new cookie, the old one ends, and adds this user. */
  rememberSteps(device: RememberedDevice): readonly WriteStep[]
  /** After a change of password or second factor every device, but the given one, starts as a stranger. */
  forgetAllOfUserSteps(userId: string, exceptDeviceId?: string): readonly WriteStep[]
}
