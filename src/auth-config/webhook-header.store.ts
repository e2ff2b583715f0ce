import type { WriteStep } from '../kernel/transact.ts'

/** The headers of a webhook by name; encrypted at rest, given and returned in clear. */
export type WebhookHeaders = Readonly<Record<string, string>>

export interface WebhookHeaderStore {
  find(authConfigId: string): Promise<WebhookHeaders>
  /** Replaces all of them. */
  replaceSteps(authConfigId: string, headers: WebhookHeaders): readonly WriteStep[]
}
