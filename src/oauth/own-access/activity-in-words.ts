import type { AuditEventName } from '../../audit/audit-event.ts'
import type { Activity } from '../../audit-view/recent-activity.store.ts'

/** `{app}` stands for the application. */
interface Words {
  readonly done: string
  readonly refused: string
  /** Instead of `done`, where somebody else did it. */
  readonly byAdministrator?: string
}

const APP = '{app}'

/** What a person is told of. Left out is what happens all the time by itself, and what is of the server. */
const WORDS = {
  'sign-in': { done: 'Signed in', refused: 'A sign-in was refused' },
  'sign-out': {
    done: 'Signed out',
    refused: 'A sign-out failed',
    byAdministrator: 'Signed out by an administrator',
  },
  'password-check': {
    done: 'The right password was entered',
    refused: 'A wrong password was entered',
  },
  'second-factor-check': { done: 'The right code was entered', refused: 'A wrong code was entered' },
  'password-change': {
    done: 'Password changed',
    refused: 'A change of the password was refused',
    byAdministrator: 'Password written by an administrator',
  },
  'password-force-reset': {
    done: 'An administrator took the password away and made a link to a new one',
    refused: 'A link to a new password was refused',
  },
  'password-self-reset': { done: 'Password set by a link', refused: 'A link to a new password was refused' },
  'two-factor-enable': {
    done: 'Two-factor authentication turned on',
    refused: 'Two-factor authentication was not turned on: wrong code',
    byAdministrator: 'Two-factor authentication turned on by an administrator',
  },
  'two-factor-disable': {
    done: 'Two-factor authentication turned off',
    refused: 'Two-factor authentication was not turned off: wrong code',
    byAdministrator: 'Two-factor authentication turned off by an administrator',
  },
  'two-factor-reset': {
    done: 'An administrator reset two-factor authentication',
    refused: 'Two-factor authentication was not reset',
  },
  'two-factor-delivery': { done: 'A code was sent', refused: 'A code could not be sent' },
  'factor-unlock': {
    done: 'An administrator allowed new tries',
    refused: 'New tries were not allowed',
  },
  consent: { done: `Allowed ${APP} access`, refused: `Refused ${APP} access` },
  authorization: { done: `Continued to ${APP}`, refused: `${APP} was refused a sign-in` },
  'token-issue': { done: `${APP} got access`, refused: `${APP} was refused access` },
  'token-reuse': {
    done: `Access of ${APP} was used twice, and ended`,
    refused: `Access of ${APP} was used twice, and ended`,
  },
  'token-revoke': { done: `${APP} gave its access back`, refused: `${APP} tried to end access` },
  'grant-revoke': {
    done: `Took access back from ${APP}`,
    refused: `Access of ${APP} was not taken back`,
    byAdministrator: `An administrator took access back from ${APP}`,
  },
} as const satisfies Partial<Record<AuditEventName, Words>>

export const TOLD_EVENTS: readonly string[] = Object.keys(WORDS)

/** Not tried, so that nobody can tell whether it was right. */
const NOT_TRIED: ReadonlySet<string> = new Set(['throttled', 'disabled'])

export interface ActivityInWords {
  readonly at: number
  readonly text: string
  readonly isRefused: boolean
  /** Where it came from; undefined where somebody else did it, whose address is not the user's to know. */
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

/**
 * What happened, for the person it happened to.
 * @param appName how the application is called, where one has to do with it
 */
export const activityInWords = (
  activity: Activity,
  userId: string,
  appName: string | undefined,
): ActivityInWords => {
  const { at, event, isSuccess, actor } = activity
  const isByOther = actor !== undefined && actor !== `User/${userId}`
  return {
    at,
    text: textOf(activity, isByOther).replaceAll(APP, () => appName ?? 'an app'),
    isRefused: !isSuccess || event === 'token-reuse',
    address: isByOther ? undefined : activity.address,
    userAgent: isByOther ? undefined : activity.userAgent,
  }
}

const textOf = ({ event, isSuccess, reason = '', factor }: Activity, isByOther: boolean): string => {
  const words: Words | undefined = Object.hasOwn(WORDS, event)
    ? WORDS[event as keyof typeof WORDS]
    : undefined
  if (words === undefined) return event
  if (NOT_TRIED.has(reason))
    return `Too many tries: a ${factor === 'totp' ? 'code' : 'password'} was not checked`
  if (reason === 'inactive') return 'A sign-in was refused: the account is not active'
  if (reason === 'sent-already') return 'Another code was asked for too soon'
  if (reason === 'unchanged')
    return isSuccess
      ? 'The same password was written again'
      : 'The password was not changed: the new one was the current one'
  if (!isSuccess) return words.refused
  return isByOther && words.byAdministrator !== undefined ? words.byAdministrator : words.done
}
