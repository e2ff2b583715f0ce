import { formatInstant } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'

/** A User as token responses and userinfo show it; read together with the token in one statement. */
export interface UserView {
  readonly id: string
  readonly isActive: boolean
  /** Without id, resourceType and meta; holds no secret. */
  readonly document: JsonObject
  readonly versionId: number
  readonly createdAt: number
  readonly updatedAt: number
  /** There as soon as the user began to enrol. */
  readonly twoFactor: { readonly enabled: boolean; readonly transport: string | undefined } | undefined
}

/** The User resource in Aidbox format with `sub` (OpenID Connect Core §5.3.2), without any secret. */
export const userInfo = (user: UserView): JsonObject => ({
  ...user.document,
  ...(user.twoFactor === undefined ? {} : { twoFactor: twoFactorOf(user.twoFactor) }),
  id: user.id,
  resourceType: 'User',
  sub: user.id,
  meta: {
    lastUpdated: formatInstant(new Date(user.updatedAt)),
    createdAt: formatInstant(new Date(user.createdAt)),
    versionId: String(user.versionId),
  },
})

const twoFactorOf = ({ enabled, transport }: NonNullable<UserView['twoFactor']>): JsonObject =>
  transport === undefined ? { enabled } : { enabled, transport }
