import type { FullAccessHolder, FullAccessStore } from './access/full-access.store.ts'
import { faultOfPassword } from './accounts/password-policy.ts'
import type { FirstAccount } from './config/config.ts'
import type { JsonObject } from './kernel/json.ts'
import { invalid, Problem } from './kernel/problem.ts'
import type { Random } from './kernel/random.ts'
import { newSecretToken } from './kernel/secret-token.ts'
import type { Transact } from './kernel/transact.ts'
import { commit } from './kernel/transact.ts'
import type { ResourceStore } from './resources/resource.store.ts'
import type { ResourceKind } from './resources/resource-kind.ts'
import type { WriteResource } from './resources/write-resource.ts'

export interface FirstStartDeps {
  readonly rootClient: FirstAccount
  readonly administrator: FirstAccount
  readonly passwordMinLength: number
  readonly clientKind: ResourceKind
  readonly userKind: ResourceKind
  readonly store: ResourceStore
  readonly writer: WriteResource
  readonly fullAccess: FullAccessStore
  readonly transact: Transact
  readonly random: Random
  /** Prints what only the operator may see. */
  readonly say: (text: string) => void
}

/** What became of an account that has to exist. A generated secret is here once and nowhere else. */
export type FirstAccountOutcome =
  | { readonly kind: 'created'; readonly id: string; readonly generatedSecret: string | undefined }
  /** The root client's secret differed from the environment's, which is now the stored one. */
  | { readonly kind: 'secret-replaced'; readonly id: string }
  | { readonly kind: 'kept'; readonly id: string }

export interface FirstStartOutcome {
  readonly rootClient: FirstAccountOutcome
  readonly administrator: FirstAccountOutcome
}

/**
 * Makes sure that somebody can get in: creates the root client and the administrator, both with full access, where they
 * never existed, or were deleted and the environment gives a secret. Of processes that start at once, one creates each.
 * The environment's root secret always holds, so that a lost one can be replaced; the administrator's password only counts
 * at creation, since people change theirs. Says what was created, generated secrets included.
 * @throws {Problem} invalid — the environment's password is too short for the configured minimum
 */
export const ensureFirstAccounts = async (deps: FirstStartDeps): Promise<FirstStartOutcome> => {
  let made: Partial<FirstStartOutcome> = {}
  await checkPassword(deps)
  try {
    const rootClient = await ensureAccount(deps, {
      account: deps.rootClient,
      kind: deps.clientKind,
      holder: { kind: 'Client', id: deps.rootClient.id },
      attributesFor: (secret) => ({ name: 'Root client', grant_types: ['basic'], secret }),
      secretName: 'secret',
    })
    made = { rootClient }
    const administrator = await ensureAccount(deps, {
      account: deps.administrator,
      kind: deps.userKind,
      holder: { kind: 'User', id: deps.administrator.id },
      attributesFor: (password) => ({ password }),
      secretName: undefined,
    })
    made = { rootClient, administrator }
    return { rootClient, administrator }
  } finally {
    // NOTE: also when the database went away after the first account: the next start finds it and cannot tell its secret.
    deps.say(describeFirstStart(made))
  }
}

/** NOTE: before anything is made: what is generated is told once, and a start that ends here may be tried again and again. */
const checkPassword = async (deps: FirstStartDeps): Promise<void> => {
  const { id, secret } = deps.administrator
  const stored = await deps.store.find(deps.userKind.type, id)
  if (secret === undefined || (stored !== undefined && !stored.isDeleted)) return
  const fault = faultOfPassword(secret.reveal(), deps.passwordMinLength)
  if (fault !== undefined) throw invalid(fault, 'COUNTERSIGN_ADMIN_PASSWORD')
}

interface Required {
  readonly account: FirstAccount
  readonly kind: ResourceKind
  readonly holder: FullAccessHolder
  readonly attributesFor: (secret: string) => JsonObject
  /** The attribute that an environment secret replaces in an existing account; undefined: none. */
  readonly secretName: string | undefined
}

const ensureAccount = async (deps: FirstStartDeps, required: Required): Promise<FirstAccountOutcome> => {
  const { account, kind } = required
  const { id } = account
  const stored = await deps.store.find(kind.type, id)
  const given = account.secret?.reveal()
  if (stored !== undefined && !stored.isDeleted) return keepAccount(deps, required, given)
  if (stored !== undefined && given === undefined) return { kind: 'kept', id }
  // NOTE: the right comes first: after a crash in between, the next start still finds no account and goes on.
  await commit(deps.transact, [deps.fullAccess.grantStep(required.holder)])
  const secret = given ?? newSecretToken(deps.random)
  const isOurs = await createOnce(deps, kind, id, required.attributesFor(secret))
  if (!isOurs) return { kind: 'kept', id }
  return { kind: 'created', id, generatedSecret: given === undefined ? secret : undefined }
}

const createOnce = async (
  deps: FirstStartDeps,
  kind: ResourceKind,
  id: string,
  attributes: JsonObject,
): Promise<boolean> => {
  try {
    await deps.writer.write({
      kind,
      id,
      method: 'PUT',
      preconditions: { ifMatch: undefined, ifNoneMatch: '*' },
      caller: { kind: 'anonymous' },
      origin: undefined,
      attributes: async () => attributes,
    })
    return true
  } catch (error) {
    if (error instanceof Problem && error.details.kind === 'version-conflict') return false
    throw error
  }
}

const keepAccount = async (
  deps: FirstStartDeps,
  { kind, account: { id }, holder, secretName }: Required,
  given: string | undefined,
): Promise<FirstAccountOutcome> => {
  // NOTE: an account that somebody else made under this id must not be handed the keys.
  if (secretName === undefined || given === undefined || !(await deps.fullAccess.has(holder)))
    return { kind: 'kept', id }
  const { outcome } = await deps.writer.write({
    kind,
    id,
    method: 'PATCH',
    preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
    caller: { kind: 'anonymous' },
    origin: undefined,
    attributes: async (current) => ({ ...current?.body, [secretName]: given }),
  })
  return { kind: outcome === 'unchanged' ? 'kept' : 'secret-replaced', id }
}

/** What to tell the operator: generated secrets, once. Empty when nothing was created. */
const describeFirstStart = ({ rootClient, administrator }: Partial<FirstStartOutcome>): string => {
  const lines = [
    lineOf('administrator', 'password', administrator, 'COUNTERSIGN_ADMIN_PASSWORD'),
    lineOf('root client', 'secret', rootClient, 'COUNTERSIGN_ROOT_CLIENT_SECRET'),
  ].filter((line) => line !== undefined)
  return lines.length === 0
    ? ''
    : ['', 'First start. What is generated is shown only now:', ...lines, ''].join('\n')
}

const lineOf = (
  what: string,
  secretName: string,
  outcome: FirstAccountOutcome | undefined,
  variable: string,
): string | undefined => {
  if (outcome?.kind !== 'created') return undefined
  const secret = outcome.generatedSecret ?? `(from ${variable})`
  return `  ${what.padEnd(14)} ${outcome.id}   ${secretName} ${secret}`
}
