import type { Client, Flow } from '../../clients/client.ts'
import { settingsOf } from '../../clients/flow.ts'
import { parseScope, permittedScopes } from '../scope.ts'

type Parameters = ReadonlyMap<string, string>

/**
 * What of the scope parameter the client may have (RFC 6749 §3.3); left out, all that it has configured. Undefined where
 * nothing remains of what it asked for.
 */
export const askedScopes = (parameters: Parameters, client: Client): readonly string[] | undefined => {
  const scope = parameters.get('scope')
  if (scope === undefined) return client.allowedScopes ?? []
  const permitted = permittedScopes(parseScope(scope) ?? [], client.allowedScopes)
  return permitted.length === 0 ? undefined : permitted
}

/** The audience parameter (RFC 8693 §2.1), which must be configured; undefined where it is left out. */
export const askedAudience = (
  parameters: Parameters,
  client: Client,
  flow: Flow,
): readonly string[] | 'refused' | undefined => {
  const audience = parameters.get('audience')
  if (audience === undefined) return undefined
  return settingsOf(client, flow).audience.includes(audience) ? [audience] : 'refused'
}
