import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { UserView } from '../user-view.ts'

/** What each scope asks for (OpenID Connect Core §5.4). */
export const CLAIMS_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'preferred_username',
    'profile',
    'picture',
    'gender',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
}

type Read = (user: UserView) => JsonValue | undefined

const attribute =
  (name: string): Read =>
  ({ document }) =>
    textOf(document[name])

const partOfName =
  (part: string): Read =>
  ({ document }) =>
    isJsonObject(document.name) ? textOf(document.name[part]) : undefined

const emailOf = (user: UserView): string | undefined =>
  textOf(user.document.email) ?? firstOf(user.document.emails)

const phoneOf = (user: UserView): string | undefined =>
  textOf(user.document.phoneNumber) ?? firstOf(user.document.phoneNumbers)

/** OpenID Connect Core §5.1, out of the attributes of a User. */
const READ_CLAIM: Readonly<Record<string, Read>> = {
  name: (user) => {
    const parts = ['givenName', 'middleName', 'familyName'].map((part) => partOfName(part)(user))
    const joined = parts.filter((part) => part !== undefined).join(' ')
    return partOfName('formatted')(user) ?? attribute('displayName')(user) ?? textOf(joined)
  },
  family_name: partOfName('familyName'),
  given_name: partOfName('givenName'),
  middle_name: partOfName('middleName'),
  preferred_username: (user) => attribute('userName')(user) ?? user.id,
  profile: attribute('profileUrl'),
  picture: (user) => attribute('photo')(user) ?? firstOf(user.document.photos),
  gender: attribute('gender'),
  zoneinfo: attribute('timezone'),
  locale: (user) => attribute('locale')(user) ?? attribute('preferredLanguage')(user),
  updated_at: ({ updatedAt }) => Math.floor(updatedAt / 1000),
  email: emailOf,
  // NOTE: nobody proves an address to us; an operator wrote it.
  email_verified: (user) => (emailOf(user) === undefined ? undefined : false),
  phone_number: phoneOf,
  phone_number_verified: (user) => (phoneOf(user) === undefined ? undefined : false),
  address: ({ document }) => addressOf(document.addresses),
}

/** Every claim about a person that can be asked for. */
export const STANDARD_CLAIMS: readonly string[] = Object.keys(READ_CLAIM)

/** Those of the claims that are known of the user; one that is not is left out (§5.3.2). */
export const standardClaims = (user: UserView, names: Iterable<string>): JsonObject => {
  const claims: Record<string, JsonValue> = {}
  for (const name of names) {
    const value = Object.hasOwn(READ_CLAIM, name) ? READ_CLAIM[name]?.(user) : undefined
    if (value !== undefined) claims[name] = value
  }
  return claims
}

/** The claims that scopes ask for. */
export const claimsOfScopes = (scopes: readonly string[]): readonly string[] =>
  scopes.flatMap((scope) => (Object.hasOwn(CLAIMS_OF_SCOPE, scope) ? (CLAIMS_OF_SCOPE[scope] ?? []) : []))

/** The scope that asks for the claim, among others. */
export const scopesOfClaim = (name: string): readonly string[] =>
  Object.keys(CLAIMS_OF_SCOPE).filter((scope) => CLAIMS_OF_SCOPE[scope]?.includes(name))

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The primary value of a multi-valued attribute, else its first (RFC 7643 §2.4). */
const firstOf = (values: JsonValue | undefined): string | undefined => {
  const items = Array.isArray(values) ? values.filter(isJsonObject) : []
  return textOf((items.find((item) => item.primary === true) ?? items[0])?.value)
}

const ADDRESS_PARTS = [
  ['formatted', 'formatted'],
  ['streetAddress', 'street_address'],
  ['locality', 'locality'],
  ['region', 'region'],
  ['postalCode', 'postal_code'],
  ['country', 'country'],
] as const

const addressOf = (addresses: JsonValue | undefined): JsonObject | undefined => {
  const address = Array.isArray(addresses) ? addresses.find(isJsonObject) : undefined
  if (address === undefined) return undefined
  const parts = ADDRESS_PARTS.flatMap(([ours, theirs]) => {
    const value = textOf(address[ours])
    return value === undefined ? [] : [[theirs, value] as const]
  })
  return parts.length === 0 ? undefined : Object.fromEntries(parts)
}
