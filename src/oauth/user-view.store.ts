import type { UserView } from './user-view.ts'

export interface UserViewStore {
  /** The user as token responses show them, in one read; undefined where there is none. */
  find(userId: string): Promise<UserView | undefined>
}
