export interface StoredAuthConfig {
  readonly id: string
  readonly versionId: number
  /** The document as JSON. */
  readonly text: string
}

export interface AuthConfigStore {
  /** The two most recently written AuthConfigs, newest first; none that is deleted. */
  newestTwo(): Promise<readonly StoredAuthConfig[]>
}
