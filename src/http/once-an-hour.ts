import type { RequestOrigin } from '../kernel/request-origin.ts'
import { networkOf } from './client-address.ts'

const HOUR_MILLISECONDS = 3600_000

/** The name of an audit event that is kept once an hour of each network: strangers may cause it any number of times. */
export const onceAnHour = (what: readonly string[], { address }: RequestOrigin, at: Date): string =>
  [...what, networkOf(address), Math.floor(at.getTime() / HOUR_MILLISECONDS)].join(' ')
