import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InteractionFacts } from './next-interaction.ts'
import { nextInteraction } from './next-interaction.ts'

const SAVED = 1_000_000
const before = { authenticatedAt: SAVED - 60_000 }
const after = { authenticatedAt: SAVED }

/** A person who signed in a minute before the request, at a client of the house. */
const facts = (
  changes: Partial<InteractionFacts>,
  request: Partial<InteractionFacts['request']> = {},
): InteractionFacts => ({
  request: { prompts: [], maxAgeSeconds: undefined, scopes: [], ...request },
  createdAt: SAVED,
  session: before,
  isFirstParty: true,
  consent: undefined,
  now: SAVED + 1000,
  ...changes,
})

const partner = { isFirstParty: false } as const
const allowed = (scopes: readonly string[], updatedAt = 0) => ({ ...partner, consent: { scopes, updatedAt } })

const TABLE: readonly (readonly [string, InteractionFacts, string])[] = [
  ['signed in at a client of the house', facts({}), 'issue-code'],
  ['nobody is signed in', facts({ session: undefined }), 'sign-in'],
  [
    'prompt=none and nobody is signed in',
    facts({ session: undefined }, { prompts: ['none'] }),
    'login_required',
  ],
  ['prompt=login and an old sign-in', facts({}, { prompts: ['login'] }), 'sign-in'],
  ['prompt=login and a new sign-in', facts({ session: after }, { prompts: ['login'] }), 'issue-code'],
  [
    'prompt=login and a request that was just made',
    facts({ createdAt: undefined, session: after }, { prompts: ['login'] }),
    'sign-in',
  ],
  ['prompt=select_account and an old sign-in', facts({}, { prompts: ['select_account'] }), 'sign-in'],
  ['max_age is kept', facts({}, { maxAgeSeconds: 61 }), 'issue-code'],
  ['max_age is over', facts({}, { maxAgeSeconds: 60 }), 'sign-in'],
  ['max_age=0 and a new sign-in', facts({ session: after }, { maxAgeSeconds: 0 }), 'issue-code'],
  ['max_age is over with prompt=none', facts({}, { maxAgeSeconds: 60, prompts: ['none'] }), 'login_required'],
  ['a partner that was never allowed', facts(partner), 'consent'],
  [
    'a partner that was never allowed, prompt=none',
    facts(partner, { prompts: ['none'] }),
    'consent_required',
  ],
  ['a partner that was allowed without scopes', facts(allowed([])), 'issue-code'],
  ['a partner that asks for less', facts(allowed(['a', 'b']), { scopes: ['b'] }), 'issue-code'],
  ['a partner that asks for more', facts(allowed(['a']), { scopes: ['a', 'b'] }), 'consent'],
  [
    'prompt=consent and an old yes',
    facts(allowed(['a']), { scopes: ['a'], prompts: ['consent'] }),
    'consent',
  ],
  [
    'prompt=consent and a new yes',
    facts(allowed(['a'], SAVED), { scopes: ['a'], prompts: ['consent'] }),
    'issue-code',
  ],
  ['prompt=consent at a client of the house', facts({}, { prompts: ['consent'] }), 'issue-code'],
]

describe('what comes next', () => {
  for (const [title, given, expected] of TABLE)
    test(`${title}: ${expected}`, () => {
      const next = nextInteraction(given)
      assert.equal(next.kind === 'error' ? next.error.error : next.kind, expected)
    })
})
