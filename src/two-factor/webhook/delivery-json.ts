import type { Delivery } from '../second-factor.ts'
import { nextDeliveryAt } from '../second-factor.ts'

/** What programs are told of a code that was sent; never the code, never where to. `resend_after`: seconds, 0 for now. */
export type DeliveryJson = { readonly state: Delivery['kind']; readonly resend_after?: number }

export const deliveryJson = (delivery: Delivery, now: Date): DeliveryJson => {
  const next = nextDeliveryAt(delivery)
  const state = delivery.kind
  return next === undefined
    ? { state }
    : { state, resend_after: Math.max(0, Math.ceil((next - now.getTime()) / 1000)) }
}
