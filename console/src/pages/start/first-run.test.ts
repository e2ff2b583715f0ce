import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstRunSteps, isApplication, passwordOriginOf } from './first-run.ts'

const changed = (actor?: string) => ({
  event: 'password-change',
  outcome: 'success',
  ...(actor === undefined
    ? {}
    : { actor: { resourceType: actor.split('/')[0] ?? '', id: actor.split('/')[1] ?? '' } }),
})

describe('who chose the password', () => {
  test('is nobody where only the first start set it', () => {
    assert.deepEqual(passwordOriginOf('admin', [changed()]), { kind: 'first-start' })
  })

  test('is oneself after a change, and after a link to a new password', () => {
    assert.deepEqual(passwordOriginOf('admin', [changed('User/admin'), changed()]), { kind: 'own' })
    const reset = { event: 'password-self-reset', outcome: 'success' }
    assert.deepEqual(passwordOriginOf('admin', [reset, changed()]), { kind: 'own' })
  })

  test('is whoever wrote it last, also a client of the same name', () => {
    const events = [changed('Client/admin'), changed('User/admin')]
    assert.deepEqual(passwordOriginOf('admin', events), { kind: 'other', actor: 'Client/admin' })
  })

  test('is not changed by what failed or wrote the same one again', () => {
    const failed = { ...changed('User/admin'), outcome: 'failure', reason: 'policy-violation' }
    const same = { ...changed('User/admin'), reason: 'unchanged' }
    assert.deepEqual(passwordOriginOf('admin', [failed, same, changed()]), { kind: 'first-start' })
  })
})

test('an application is neither the root client nor one of the sandbox', () => {
  assert.equal(isApplication({ id: 'root', grant_types: ['basic'] }), false)
  assert.equal(isApplication({ id: 'trial-app-x1', grant_types: ['authorization_code'] }), false)
  assert.equal(isApplication({ id: 'empty' }), false)
  assert.equal(isApplication({ id: 'mywebapp', grant_types: ['basic', 'code'] }), true)
})

test('the first run is done step by step', () => {
  const doneOf = (facts: Parameters<typeof firstRunSteps>[0]) =>
    firstRunSteps(facts)
      .filter(({ isDone }) => isDone)
      .map(({ id }) => id)
  const nothing = {
    password: { kind: 'first-start' },
    isTwoFactorOn: false,
    clientCount: 0,
    hasIssuedTokens: false,
  } as const
  assert.deepEqual(doneOf(nothing), [])
  assert.deepEqual(doneOf({ ...nothing, password: { kind: 'own' }, clientCount: 1 }), ['password', 'client'])
  assert.deepEqual(
    doneOf({ password: { kind: 'own' }, isTwoFactorOn: true, clientCount: 1, hasIssuedTokens: true }),
    ['password', 'two-factor', 'client', 'sandbox'],
  )
})
