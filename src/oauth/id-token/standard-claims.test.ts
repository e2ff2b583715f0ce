import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../kernel/json.ts'
import type { UserView } from '../user-view.ts'
import { CLAIMS_OF_SCOPE, claimsOfScopes, STANDARD_CLAIMS, standardClaims } from './standard-claims.ts'

const userOf = (document: JsonObject): UserView => ({
  id: 'ann',
  isActive: true,
  document,
  versionId: 1,
  createdAt: 0,
  updatedAt: 1_700_000_000_999,
  twoFactor: undefined,
})

test('a whole User is told in the words of OpenID Connect Core §5.1', () => {
  const user = userOf({
    userName: 'ann.a',
    name: { givenName: 'Ann', middleName: 'B.', familyName: 'Archer' },
    profileUrl: 'https://example.org/ann',
    photos: [{ value: 'https://example.org/1.png' }, { value: 'https://example.org/2.png', primary: true }],
    gender: 'female',
    timezone: 'Europe/Berlin',
    preferredLanguage: 'de-DE',
    email: 'ann@example.org',
    phoneNumber: '+49 30 1234',
    addresses: [{ streetAddress: 'Street 1', postalCode: '10115', locality: 'Berlin', type: 'work' }],
  })
  assert.deepEqual(standardClaims(user, STANDARD_CLAIMS), {
    name: 'Ann B. Archer',
    family_name: 'Archer',
    given_name: 'Ann',
    middle_name: 'B.',
    preferred_username: 'ann.a',
    profile: 'https://example.org/ann',
    picture: 'https://example.org/2.png',
    gender: 'female',
    zoneinfo: 'Europe/Berlin',
    locale: 'de-DE',
    updated_at: 1_700_000_000,
    email: 'ann@example.org',
    email_verified: false,
    phone_number: '+49 30 1234',
    phone_number_verified: false,
    address: { street_address: 'Street 1', locality: 'Berlin', postal_code: '10115' },
  })
})

test('what is not known is left out, and what nobody knows is no claim', () => {
  const claims = standardClaims(userOf({ name: {}, emails: [], addresses: [{}] }), [
    ...STANDARD_CLAIMS,
    'constructor',
    '__proto__',
    'password',
  ])
  assert.deepEqual(claims, { preferred_username: 'ann', updated_at: 1_700_000_000 })
})

test('a scope asks for its claims, and every one of them can be told', () => {
  assert.deepEqual(claimsOfScopes(['openid', 'email', 'toString']), ['email', 'email_verified'])
  for (const claims of Object.values(CLAIMS_OF_SCOPE))
    assert.ok(claims.every((claim) => STANDARD_CLAIMS.includes(claim)))
})
