import type { Client, Flow } from '../../clients/client.ts'
import { settingsOf } from '../../clients/flow.ts'
import { parseScope, permittedScopes } from '../scope.ts'
import type { TokenRequest } from './grant.ts'

/**
 * What of the scope parameter the client may have (RFC 6749 §3.3); left out, all that it has configured. Undefined where
 * nothing remains of what it asked for.
 */
export const askedScopes = (
  parameters: TokenRequest['parameters'],
  client: Client,
): readonly string[] | undefined => {
  const scope = parameters.get('scope')
  if (scope === undefined) return client.allowedScopes ?? []
  const permitted = permittedScopes(parseScope(scope) ?? [], client.allowedScopes)
  return permitted.length === 0 ? undefined : permitted
}

/** The audience parameters (RFC 8693 §2.1), each of which must be configured; undefined where there is none. */
export const askedAudience = (
  { audience }: TokenRequest['targets'],
  client: Client,
  flow: Flow,
): readonly string[] | 'refused' | undefined => {
  if (audience.length === 0) return undefined
  const configured = settingsOf(client, flow).audience
  return audience.every((name) => configured.includes(name)) ? [...new Set(audience)] : 'refused'
}
