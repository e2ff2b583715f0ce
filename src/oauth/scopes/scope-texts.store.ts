/** The name of the lookup key of a Scope. */
export const SCOPE_KEY = 'scope'

export interface ScopeText {
  readonly title: string
  readonly description?: string
}

/** What the Scope resources say of scopes. */
export interface ScopeTextStore {
  /** By scope; those that no Scope describes are left out. */
  textsOf(scopes: readonly string[]): Promise<ReadonlyMap<string, ScopeText>>
}
