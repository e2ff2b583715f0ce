import type { JsonObject } from '../../kernel/json.ts'
import type { UserView } from '../user-view.ts'
import { userInfo } from '../user-view.ts'

const texts = new WeakMap<JsonObject, { readonly user: UserView; readonly text: string }>()

/** {@link userInfo} as JSON, made once while nothing of the user that it shows has changed. */
export const userInfoText = (user: UserView): string => {
  const made = texts.get(user.document)
  if (made !== undefined && isSame(made.user, user)) return made.text
  const text = JSON.stringify(userInfo(user))
  texts.set(user.document, { user, text })
  return text
}

/** Of two users with the same document. */
const isSame = (left: UserView, right: UserView): boolean =>
  left.id === right.id &&
  left.versionId === right.versionId &&
  left.createdAt === right.createdAt &&
  left.updatedAt === right.updatedAt &&
  left.twoFactor?.enabled === right.twoFactor?.enabled &&
  left.twoFactor?.transport === right.twoFactor?.transport
