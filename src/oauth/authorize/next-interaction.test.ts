import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InteractionFacts } from './next-interaction.ts'
import { nextInteraction } from './next-interaction.ts'

const SAVED = 1_000_000
const person = { userId: 'ann', proven: [{ factor: 'password', at: 0 }] }
const before = { ...person, authenticatedAt: SAVED - 60_000 }
const after = { ...person, authenticatedAt: SAVED }
const two = { proven: [...person.proven, { factor: 'totp', at: 1 }] }

/** A person who signed in a minute before the request, at a client of the house. */
const facts = (
  changes: Partial<InteractionFacts>,
  request: Partial<InteractionFacts['request']> = {},
): InteractionFacts => ({
  request: {
    prompts: [],
    maxAgeSeconds: undefined,
    scopes: [],
    requestedClaims: { idToken: [], userinfo: [] },
    acr: undefined,
    userId: undefined,
    isClientAssured: true,
    ...request,
  },
  createdAt: SAVED,
  session: before,
  hasSecondFactor: false,
  isFirstParty: true,
  consent: undefined,
  now: SAVED + 1000,
  ...changes,
})

const partner = { isFirstParty: false } as const
const allowed = (scopes: readonly string[], updatedAt = SAVED - 1, isWholeUser = true) => ({
  ...partner,
  consent: { scopes, isWholeUser, updatedAt },
})

const wish = { values: ['aal2'], isEssential: false } as const
const need = { values: ['aal2'], isEssential: true } as const

const TABLE: readonly (readonly [string, InteractionFacts, string])[] = [
  ['signed in at a client of the house', facts({}), 'answer'],
  ['nobody is signed in', facts({ session: undefined }), 'sign-in'],
  [
    'prompt=none and nobody is signed in',
    facts({ session: undefined }, { prompts: ['none'] }),
    'login_required',
  ],
  ['prompt=login and an old sign-in', facts({}, { prompts: ['login'] }), 'sign-in'],
  ['prompt=login and a new sign-in', facts({ session: after }, { prompts: ['login'] }), 'answer'],
  [
    'prompt=login and a request that was just made',
    facts({ createdAt: undefined, session: after }, { prompts: ['login'] }),
    'sign-in',
  ],
  ['prompt=select_account and an old sign-in', facts({}, { prompts: ['select_account'] }), 'sign-in'],
  ['max_age is kept', facts({}, { maxAgeSeconds: 61 }), 'answer'],
  ['max_age is over', facts({}, { maxAgeSeconds: 60 }), 'sign-in'],
  ['max_age=0 and a new sign-in', facts({ session: after }, { maxAgeSeconds: 0 }), 'answer'],
  ['max_age is over with prompt=none', facts({}, { maxAgeSeconds: 60, prompts: ['none'] }), 'login_required'],
  ['a partner that was never allowed', facts(partner), 'consent'],
  [
    'a partner that was never allowed, prompt=none',
    facts(partner, { prompts: ['none'] }),
    'consent_required',
  ],
  ['a partner that was allowed without scopes', facts(allowed([])), 'answer'],
  [
    'a partner that was allowed, and that another program could stand in for',
    facts(allowed(['a']), { scopes: ['a'], isClientAssured: false }),
    'consent',
  ],
  [
    'a partner that is allowed just now, and that another program could stand in for',
    facts(allowed(['a'], SAVED), { scopes: ['a'], isClientAssured: false }),
    'answer',
  ],
  [
    'a client of the house that another program could stand in for',
    facts({}, { isClientAssured: false }),
    'answer',
  ],
  [
    'a partner that was allowed claims and asks for the User',
    facts(allowed(['openid'], 0, false), { scopes: [] }),
    'consent',
  ],
  [
    'a partner that was allowed claims and asks for the User, prompt=none',
    facts(allowed(['openid', 'email'], 0, false), { scopes: ['email'], prompts: ['none'] }),
    'consent_required',
  ],
  [
    'a partner that was allowed claims and asks for them',
    facts(allowed(['openid'], 0, false), { scopes: ['openid'] }),
    'answer',
  ],
  ['a partner that asks for less', facts(allowed(['a', 'b']), { scopes: ['b'] }), 'answer'],
  ['a partner that asks for more', facts(allowed(['a']), { scopes: ['a', 'b'] }), 'consent'],
  [
    'prompt=consent and an old yes',
    facts(allowed(['a']), { scopes: ['a'], prompts: ['consent'] }),
    'consent',
  ],
  [
    'prompt=consent and a new yes',
    facts(allowed(['a'], SAVED), { scopes: ['a'], prompts: ['consent'] }),
    'answer',
  ],
  ['prompt=consent at a client of the house', facts({}, { prompts: ['consent'] }), 'answer'],
  [
    'a partner that asks by name for a claim of a scope that was allowed',
    facts(allowed(['email']), { requestedClaims: { idToken: [], userinfo: ['email'] } }),
    'answer',
  ],
  [
    'a partner that asks by name for more',
    facts(allowed(['email']), { requestedClaims: { idToken: ['name'], userinfo: [] } }),
    'consent',
  ],
  ['the person asked for', facts({}, { userId: 'ann' }), 'answer'],
  ['somebody else was asked for', facts({}, { userId: 'bob' }), 'sign-in'],
  ['somebody else, prompt=none', facts({}, { userId: 'bob', prompts: ['none'] }), 'login_required'],
  ['somebody else signed in', facts({ session: after }, { userId: 'bob' }), 'login_required'],
  ['aal2 is wished, without a second factor', facts({}, { acr: wish }), 'answer'],
  ['aal2 is wished, with a second factor', facts({ hasSecondFactor: true }, { acr: wish }), 'sign-in'],
  [
    'aal2 is wished, with a second factor, prompt=none',
    facts({ hasSecondFactor: true }, { acr: wish, prompts: ['none'] }),
    'answer',
  ],
  [
    'aal2 or aal1 is wished, with a second factor',
    facts({ hasSecondFactor: true }, { acr: { values: ['aal2', 'aal1'], isEssential: false } }),
    'answer',
  ],
  ['aal2 is needed, without a second factor', facts({}, { acr: need }), 'unmet_authentication_requirements'],
  ['aal2 is needed, with a second factor', facts({ hasSecondFactor: true }, { acr: need }), 'sign-in'],
  [
    'aal2 is needed, with a second factor, prompt=none',
    facts({ hasSecondFactor: true }, { acr: need, prompts: ['none'] }),
    'login_required',
  ],
  ['aal2 is needed and proven', facts({ session: { ...before, ...two } }, { acr: need }), 'answer'],
  ['aal2 is needed and nobody is signed in', facts({ session: undefined }, { acr: need }), 'sign-in'],
  [
    'aal2 is needed and proven too long ago',
    facts({ session: { ...before, ...two } }, { acr: need, maxAgeSeconds: 60 }),
    'sign-in',
  ],
]

describe('what comes next', () => {
  for (const [title, given, expected] of TABLE)
    test(`${title}: ${expected}`, () => {
      const next = nextInteraction(given)
      assert.equal(next.kind === 'error' ? next.error.error : next.kind, expected)
    })
})
