import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../http/caller.ts'
import { createAccess } from './access.ts'

const mayAct = createAccess({
  fullAccess: { has: async ({ id }) => id === 'root' || id === 'admin' },
  isFirstParty: async (clientId) => clientId === 'own-app',
})

const user = { kind: 'user', sessionId: 's' } as const

const cases: readonly (readonly [title: string, caller: Caller, verdict: 'allow' | 'deny'])[] = [
  ['nobody', { kind: 'anonymous' }, 'deny'],
  ['the root client', { kind: 'client', clientId: 'root' }, 'allow'],
  ['another client', { kind: 'client', clientId: 'app' }, 'deny'],
  ['an administrator by cookie', { ...user, userId: 'admin', via: 'cookie' }, 'allow'],
  ['another user by cookie', { ...user, userId: 'ann', via: 'cookie' }, 'deny'],
  [
    'an administrator by a first-party token',
    { ...user, userId: 'admin', clientId: 'own-app', via: 'bearer' },
    'allow',
  ],
  [
    'an administrator by the token of a foreign application',
    { ...user, userId: 'admin', clientId: 'partner', via: 'bearer' },
    'deny',
  ],
  [
    'another user by a first-party token',
    { ...user, userId: 'ann', clientId: 'own-app', via: 'bearer' },
    'deny',
  ],
]

for (const [title, caller, verdict] of cases)
  test(`${title}: ${verdict}`, async () => {
    assert.equal(await mayAct(caller, { operation: 'read', type: 'User' }), verdict)
  })
