import type { WriteStep } from '../kernel/transact.ts'

/** `User.twoFactor` as a read shows it: there as soon as the user began to enrol, never with the secret. */
export interface TwoFactorView {
  readonly enabled: boolean
  readonly transport?: string
}

/** `User.twoFactor` as a write gives it, already of the right types. */
export interface TwoFactorInput {
  readonly enabled?: boolean
  /** Base32, 16 characters or more, any case, without padding. */
  readonly secretKey?: string
  /** `null` removes it, left out keeps it. */
  readonly transport?: string | null
}

export interface TwoFactorWrite {
  readonly steps: readonly WriteStep[]
  /**
   * What a person must be told of: `none` when nothing but what is stored was written, `unlocked` when that lets codes be
   * tried again after a hundred wrong ones.
   */
  readonly change: 'enabled' | 'disabled' | 'changed' | 'unlocked' | 'none'
}

/** The second factor as an attribute of User resources; two-factor implements it, app.ts hands it over. */
export interface TwoFactorAttribute {
  read(userIds: readonly string[]): Promise<ReadonlyMap<string, TwoFactorView>>
  /**
   * The steps that make `value` true; `null` and `enabled: false` switch the second factor off. Called only when the
   * write names `twoFactor`: leaving it out changes nothing. `current` is what `read` shows of the user.
   * @throws {Problem} invalid — naming `User.twoFactor.…`: enabled without a stored or given secret, a secret that is none
   */
  writeSteps(
    userId: string,
    value: TwoFactorInput | null,
    current: TwoFactorView | undefined,
  ): Promise<TwoFactorWrite>
  /** Forgets everything about the user's second factor. */
  deleteSteps(userId: string): readonly WriteStep[]
}
