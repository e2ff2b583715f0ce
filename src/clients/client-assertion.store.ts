/** Which assertions were used, so that none is twice, by any number of processes. */
export interface ClientAssertionStore {
  /**
   * Uses the `jti` up, durably. False: it was before; of any number of equal ones at once one is told true.
   * @throws {Problem} unavailable — whether it was used up is not known
   */
  spend(clientId: string, jti: string, expiresAt: Date): Promise<boolean>
}
