export interface AllowedOriginStore {
  /** Whether any active client lets scripts of the origin call. Reads once. @throws {Problem} unavailable */
  allows(origin: string): Promise<boolean>
}
