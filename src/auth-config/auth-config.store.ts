import type { JsonObject } from '../kernel/json.ts'

export interface StoredAuthConfig {
  readonly id: string
  readonly versionId: number
  readonly body: JsonObject
}

export interface AuthConfigStore {
  /** The two most recently written AuthConfigs, newest first; none that is deleted. */
  newestTwo(): Promise<readonly StoredAuthConfig[]>
}
