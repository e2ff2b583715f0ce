/** One thing that happened to a user, as the audit log has it. */
export interface Activity {
  /** In milliseconds. */
  readonly at: number
  readonly event: string
  readonly isSuccess: boolean
  readonly reason: string | undefined
  readonly actor: string | undefined
  readonly clientId: string | undefined
  readonly factor: string | undefined
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

export interface RecentActivityStore {
  /** The newest of these events about the user, newest first. */
  listOfUser(userId: string, events: readonly string[], limit: number): Promise<readonly Activity[]>
}
