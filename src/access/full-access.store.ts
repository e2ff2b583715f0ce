import type { WriteStep } from '../kernel/transact.ts'

export type FullAccessHolder = { readonly kind: 'Client' | 'User'; readonly id: string }

/** Who may do everything: the root client and administrators, until AccessPolicy exists. */
export interface FullAccessStore {
  has(holder: FullAccessHolder): Promise<boolean>
  /** Does nothing where the holder has it already. */
  grantStep(holder: FullAccessHolder): WriteStep
  revokeStep(holder: FullAccessHolder): WriteStep
}
