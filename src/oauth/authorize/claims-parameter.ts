import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { Acr } from '../../sessions/authentication-context.ts'
import { ACR_VALUES } from '../../sessions/authentication-context.ts'
import { STANDARD_CLAIMS } from '../id-token/standard-claims.ts'

/** How somebody must have signed in (OpenID Connect Core §5.5.1.1). */
export interface AcrRequest {
  /** Of our classes, the preferred first; never empty. */
  readonly values: readonly Acr[]
  /** Without it the client gets an error, not a weaker sign-in. */
  readonly isEssential: boolean
}

/** The `claims` parameter (OpenID Connect Core §5.5), as far as it means something here. */
export interface ClaimsParameter {
  readonly idToken: readonly string[]
  readonly userinfo: readonly string[]
  /** The classes of `acr` that were asked for, ours or not; undefined where it was not. */
  readonly acr: { readonly values: readonly string[]; readonly isEssential: boolean } | undefined
  /** The answer must be about this person (§5.5.1). */
  readonly sub: string | undefined
}

export const NO_CLAIMS: ClaimsParameter = { idToken: [], userinfo: [], acr: undefined, sub: undefined }

/**
 * Reads the parameter; claims that nobody can tell are left out, as other members are (§5.5).
 * Answers undefined for what is not JSON, or not of the shape that §5.5 gives it.
 */
export const parseClaims = (text: string): ClaimsParameter | undefined => {
  const given = parseObject(text)
  if (given === undefined) return undefined
  const idToken = membersOf(given.id_token)
  const userinfo = membersOf(given.userinfo)
  if (idToken === undefined || userinfo === undefined) return undefined
  const acr = idToken.get('acr')
  const subs = [idToken.get('sub'), userinfo.get('sub')].flatMap((sub) => valuesOf(sub))
  // NOTE: nobody is two people.
  if (new Set(subs).size > 1) return undefined
  const classes = valuesOf(acr)
  const isEssential = acr?.essential === true
  // NOTE: who insists on what is no class at all must not get by with less.
  const isAsked = classes.length > 0 || (isEssential && (acr.value !== undefined || acr.values !== undefined))
  return {
    idToken: known(idToken),
    userinfo: known(userinfo),
    acr: isAsked ? { values: classes, isEssential } : undefined,
    sub: subs[0],
  }
}

/** What is asked of the sign-in: `claims` before `acr_values`, which only ever wishes. Undefined for classes of others. */
export const acrRequestOf = (
  claims: ClaimsParameter,
  acrValues: string | undefined,
): AcrRequest | undefined => {
  const asked = claims.acr ?? { values: acrValues?.split(' ') ?? [], isEssential: false }
  const values = asked.values.filter((value): value is Acr => ACR_VALUES.some((ours) => ours === value))
  return values.length === 0 ? undefined : { values, isEssential: asked.isEssential }
}

const parseObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** By name: what is asked of the claim; null, which asks for nothing special, as an empty object. */
const membersOf = (member: JsonValue | undefined): ReadonlyMap<string, JsonObject> | undefined => {
  if (member === undefined || member === null) return new Map()
  if (!isJsonObject(member)) return undefined
  const entries = Object.entries(member).map(([name, value]) => [name, value === null ? {} : value] as const)
  return entries.every((entry): entry is [string, JsonObject] => isJsonObject(entry[1]) && isSound(entry[1]))
    ? new Map(entries)
    : undefined
}

const isSound = ({ essential, values }: JsonObject): boolean =>
  (essential === undefined || typeof essential === 'boolean') &&
  (values === undefined || Array.isArray(values))

const known = (members: ReadonlyMap<string, JsonObject>): readonly string[] =>
  [...members.keys()].filter((name) => STANDARD_CLAIMS.includes(name))

const valuesOf = (asked: JsonObject | undefined): readonly string[] =>
  [asked?.value, ...(Array.isArray(asked?.values) ? asked.values : [])].filter(
    (value): value is string => typeof value === 'string',
  )
