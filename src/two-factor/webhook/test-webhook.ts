import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { CodeMessage, DeliveryOutcome } from './code-delivery.ts'
import type { CallReceiverDeps } from './record-delivery.ts'
import { deliverAndRecord } from './record-delivery.ts'

export interface TestDelivery {
  readonly webhook: WebhookSettings
  /** A phone number or e-mail address, for receivers that need one. */
  readonly to: string | undefined
  readonly actor: string | undefined
  readonly origin: RequestOrigin
}

export interface TestOutcome {
  readonly outcome: DeliveryOutcome
  readonly milliseconds: number
}

/** Calls the receiver once as a sign-in would, with a code that is nobody's. The receiver can tell, and so can the record. */
export const testWebhook = (deps: CallReceiverDeps, test: TestDelivery): Promise<TestOutcome> =>
  deliverAndRecord(deps, test.webhook, messageTo(test.to), {
    origin: test.origin,
    ...(test.actor === undefined ? {} : { actor: test.actor }),
  })

const messageTo = (to: string | undefined): CodeMessage => {
  const address: JsonObject = to === undefined ? {} : to.includes('@') ? { email: to } : { phoneNumber: to }
  return {
    user: {
      id: 'countersign-test',
      resourceType: 'User',
      displayName: 'Test of Countersign',
      ...address,
      twoFactor: { enabled: true },
    },
    token: '000000',
    isTest: true,
  }
}
