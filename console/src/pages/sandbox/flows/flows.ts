import { codeFlow, pkceFlow } from './code-flow.ts'
import { clientCredentialsFlow, introspectionFlow, passwordFlow, refreshFlow } from './direct-flows.ts'
import type { Flow } from './flow.ts'
import { implicitFlow } from './implicit-flow.ts'
import { logoutFlow } from './logout-flow.ts'
import { tokenExchangeFlow } from './token-exchange-flow.ts'
import { twoFactorFlow } from './two-factor-flow.ts'

/** Every flow, in the order of the page. */
export const FLOWS: readonly [Flow, ...Flow[]] = [
  twoFactorFlow,
  codeFlow,
  pkceFlow,
  implicitFlow,
  passwordFlow,
  clientCredentialsFlow,
  tokenExchangeFlow,
  refreshFlow,
  introspectionFlow,
  logoutFlow,
]
