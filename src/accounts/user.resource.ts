import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid, Problem } from '../kernel/problem.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { LookupKey, PreparedWrite, ResourceKind, WriteContext } from '../resources/resource-kind.ts'
import { LOGIN_EMAIL_KEY, LOGIN_KEY, loginEmailsOf, uniqueUserName } from './login-name.ts'
import type { PasswordStore } from './password.store.ts'
import { parsePasswordHash } from './password-hash-format.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { faultOfPassword } from './password-policy.ts'
import type { Throttle } from './throttle.ts'
import type { TwoFactorAttribute } from './two-factor-attribute.ts'
import type { UserInput } from './user-schema.ts'
import { userSchema } from './user-schema.ts'

export interface UserKindDeps {
  readonly passwords: PasswordStore
  readonly hasher: PasswordHasher
  readonly throttle: Pick<Throttle, 'isDisabled' | 'resetSteps'>
  readonly twoFactor: TwoFactorAttribute
  /** Least number of characters of a password in clear. */
  readonly passwordMinLength: number
  /** Makes a link to reset the password worth nothing. */
  endPasswordResetStep(userId: string): WriteStep
  /** Ends the user's sessions and tokens, except those of one browser session. */
  endSessionsOf(userId: string, reason: string, at: Date, exceptSessionId?: string): readonly WriteStep[]
  /** Forgets what other slices keep about the user: devices, grants, rights. */
  deleteSteps(userId: string): readonly WriteStep[]
}

type SecretWrite = Pick<PreparedWrite, 'steps' | 'changedSecrets'> & Required<Pick<PreparedWrite, 'events'>>

const NOTHING: SecretWrite = { steps: [], changedSecrets: [], events: [] }

/**
 * People. The password and the second factor's secret live in tables of their own: left out they stay as they are, null
 * removes them. A new or removed password and `inactive: true` end the user's sessions in the same transaction.
 */
export const createUserKind = (deps: UserKindDeps): ResourceKind<UserInput> => {
  /** The same password again is no change: it is checked against the stored hash, and sessions go on. */
  const writePassword = async (
    password: string | null | undefined,
    { id, at, sessionId }: WriteContext,
  ): Promise<SecretWrite> => {
    if (password === undefined) return NOTHING
    if (password !== null) checkPassword(password, deps.passwordMinLength)
    const stored = (await deps.passwords.find(id))?.hash
    if (password === null && stored === undefined) return NOTHING
    if (password !== null && stored !== undefined && (await isSame(password, stored))) return keep(id)
    const change =
      password === null
        ? deps.passwords.removeStep(id)
        : deps.passwords.setStep(id, isHash(password) ? password : await deps.hasher.hash(password), at)
    return {
      steps: [
        // NOTE: locks are taken in the order in which the link itself takes them: link, then password.
        deps.endPasswordResetStep(id),
        change,
        ...deps.throttle.resetSteps(id, 'password'),
        ...deps.endSessionsOf(id, 'password-changed', at, sessionId),
      ],
      changedSecrets: ['password'],
      events: [{ event: 'password-change', userId: id, factor: 'password' }],
    }
  }

  /**
   * Writing the password that is there already lets it be tried again after a hundred wrong answers, but clears no
   * smaller count: programs that write users again and again must not help who guesses.
   */
  const keep = async (id: string): Promise<SecretWrite> => {
    const unchanged = {
      event: 'password-change',
      userId: id,
      factor: 'password',
      reason: 'unchanged',
    } as const
    return (await deps.throttle.isDisabled(id, 'password'))
      ? {
          steps: deps.throttle.resetSteps(id, 'password'),
          changedSecrets: [],
          events: [unchanged, { event: 'factor-unlock', userId: id, factor: 'password' }],
        }
      : { ...NOTHING, events: [unchanged] }
  }

  const isSame = async (password: string, stored: string): Promise<boolean> =>
    isHash(password) ? password === stored : deps.hasher.verify(stored, password)

  /** Only who knows that the second factor is on may switch it off: a document read earlier does not. */
  const writeTwoFactor = async (
    value: UserInput['twoFactor'],
    { id, isStale }: WriteContext,
  ): Promise<SecretWrite> => {
    if (value === undefined) return NOTHING
    const current = (await deps.twoFactor.read([id])).get(id)
    const { steps, change } = await deps.twoFactor.writeSteps(id, value as TwoFactorInputOrNull, current)
    if (change === 'none') return NOTHING
    if (change === 'disabled' && isStale) throw new Problem({ kind: 'version-conflict', message: STALE })
    return {
      steps,
      changedSecrets: change === 'unlocked' ? [] : ['twoFactor'],
      events: change === 'changed' ? [] : [{ event: TWO_FACTOR_EVENT[change], userId: id, factor: 'totp' }],
    }
  }

  return {
    type: 'User',
    schema: userSchema,
    writeOnly: ['password', 'twoFactor'],
    unsearchable: ['password', 'passwordResetJti', 'twoFactor'],
    referencePaths: [
      ['fhirUser'],
      ['manager'],
      ['organization'],
      ['link', 'link'],
      ['identifier', 'assigner'],
    ],
    searchParameters: {
      active: { type: 'token', paths: [['active']] },
      email: { type: 'string', paths: [['email']] },
      'email-token': { type: 'token', paths: [['email']] },
      gender: { type: 'string', paths: [['gender']] },
      identifier: { type: 'token', paths: [], keys: [IDENTIFIER_KEY] },
      inactive: { type: 'token', paths: [['inactive']] },
      name: {
        type: 'string',
        paths: [
          ['name', 'formatted'],
          ['name', 'givenName'],
          ['name', 'familyName'],
        ],
      },
      organization: { type: 'reference', paths: [['organization']] },
      phoneNumber: { type: 'string', paths: [['phoneNumber']] },
      'scim-v2-fields': { type: 'string', paths: [['email'], ['userName']], keys: [IDENTIFIER_VALUE_KEY] },
      title: { type: 'string', paths: [['title']] },
      userName: { type: 'string', paths: [['userName']] },
    },

    lookupKeys: (id, { userName, email, identifier }) => [
      { name: LOGIN_KEY, value: id, isUnique: false },
      ...(typeof userName === 'string'
        ? [
            { name: LOGIN_KEY, value: userName, isUnique: false },
            { name: 'userName', value: uniqueUserName(userName), isUnique: true },
          ]
        : []),
      ...loginEmailsOf({ userName, email }).map((value) => ({
        name: LOGIN_EMAIL_KEY,
        value,
        isUnique: false,
      })),
      ...(Array.isArray(identifier) ? identifier.filter(isJsonObject).flatMap(identifierKeys) : []),
    ],

    prepareWrite: async ({ password, twoFactor, ...document }, context) => {
      const { id, current, at } = context
      const secret = await writePassword(password, context)
      const factor = await writeTwoFactor(twoFactor, context)
      const isShutOut = document.inactive === true && current?.body.inactive !== true && current !== undefined
      return {
        document: document as JsonObject,
        steps: [
          ...secret.steps,
          ...factor.steps,
          ...(isShutOut ? deps.endSessionsOf(id, 'user-inactive', at) : []),
        ],
        changedSecrets: [...secret.changedSecrets, ...factor.changedSecrets],
        events: [...secret.events, ...factor.events],
      }
    },

    deleteSteps: (id, at) => [
      deps.endPasswordResetStep(id),
      deps.passwords.removeStep(id),
      ...deps.twoFactor.deleteSteps(id),
      ...deps.throttle.resetSteps(id, 'password'),
      ...deps.throttle.resetSteps(id, 'totp'),
      ...deps.endSessionsOf(id, 'user-deleted', at),
      ...deps.deleteSteps(id),
    ],

    project: async (ids) => {
      const views = await deps.twoFactor.read(ids)
      return new Map([...views].map(([id, view]) => [id, { twoFactor: { ...view } }]))
    },
  }
}

type TwoFactorInputOrNull = Parameters<TwoFactorAttribute['writeSteps']>[1]

const TWO_FACTOR_EVENT = {
  enabled: 'two-factor-enable',
  disabled: 'two-factor-disable',
  unlocked: 'factor-unlock',
} as const

const STALE =
  'the document was read at another version and would switch off the second factor; read it again, leave out meta, or PATCH twoFactor'

const IDENTIFIER_KEY = 'identifier'
const IDENTIFIER_VALUE_KEY = 'identifier-value'

/** FHIR token search: `value`, `system|value`, `|value` (without system) and `system|` each find it by one row. */
const identifierKeys = ({ system, value }: JsonObject): readonly LookupKey[] => {
  const scope = typeof system === 'string' ? system : ''
  const forms = typeof value === 'string' ? [value, `${scope}|${value}`] : []
  const keys = [...forms, ...(scope === '' ? [] : [`${scope}|`])]
  return [
    ...keys.map((key) => ({ name: IDENTIFIER_KEY, value: key, isUnique: false })),
    ...(typeof value === 'string' ? [{ name: IDENTIFIER_VALUE_KEY, value, isUnique: false }] : []),
  ]
}

const isHash = (password: string): boolean => password.startsWith('$s0$')

/** @throws {Problem} invalid — never tells more of the password than its length */
const checkPassword = (password: string, minLength: number): void => {
  const path = 'User.password'
  if (isHash(password)) {
    if (parsePasswordHash(password) === undefined)
      throw invalid(
        'starts as a $s0$ hash but is none: expected $s0$<params>$<salt>$<key> within the limits of cost',
        path,
      )
    return
  }
  const fault = faultOfPassword(password, minLength)
  if (fault !== undefined) throw invalid(fault, path)
}
