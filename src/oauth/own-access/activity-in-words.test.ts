import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activity } from '../../audit-view/recent-activity.store.ts'
import { activityInWords, TOLD_EVENTS } from './activity-in-words.ts'

const activity = (given: Partial<Activity>): Activity => ({
  at: 1,
  event: 'sign-in',
  isSuccess: true,
  reason: undefined,
  actor: undefined,
  clientId: undefined,
  factor: undefined,
  address: '192.0.2.1',
  userAgent: 'curl/8.5.0',
  ...given,
})

const cases: readonly (readonly [given: Partial<Activity>, text: string])[] = [
  [{}, 'Signed in'],
  [{ event: 'password-check', isSuccess: false, reason: 'wrong-password' }, 'A wrong password was entered'],
  [
    { event: 'password-check', isSuccess: false, reason: 'throttled', factor: 'password' },
    'Too many tries: a password was not checked',
  ],
  [
    { event: 'second-factor-check', isSuccess: false, reason: 'disabled', factor: 'totp' },
    'Too many tries: a code was not checked',
  ],
  [
    { event: 'password-check', isSuccess: false, reason: 'inactive' },
    'A sign-in was refused: the account is not active',
  ],
  [{ event: 'password-change', actor: 'User/ann' }, 'Password changed'],
  [{ event: 'password-change', actor: 'Client/root' }, 'Password written by an administrator'],
  [
    { event: 'password-change', actor: 'Client/root', reason: 'unchanged' },
    'The same password was written again',
  ],
  [
    { event: 'password-change', isSuccess: false, reason: 'unchanged' },
    'The password was not changed: the new one was the current one',
  ],
  [
    { event: 'two-factor-delivery', isSuccess: false, reason: 'sent-already' },
    'Another code was asked for too soon',
  ],
  [{ event: 'consent' }, 'Allowed $& access'],
]
for (const [given, text] of cases)
  test(`${given.event ?? 'sign-in'} ${given.reason ?? ''} reads: ${text}`, () => {
    assert.equal(activityInWords(activity(given), 'ann', '$&').text, text)
  })

test('where an administrator sat is not told', () => {
  const own = activityInWords(activity({ actor: 'User/ann' }), 'ann', undefined)
  assert.deepEqual([own.address, own.userAgent], ['192.0.2.1', 'curl/8.5.0'])
  const other = activityInWords(
    activity({ event: 'two-factor-reset', actor: 'User/admin' }),
    'ann',
    undefined,
  )
  assert.deepEqual([other.address, other.userAgent], [undefined, undefined])
})

test('every event that is told has words for a success and a refusal', () => {
  for (const event of TOLD_EVENTS)
    for (const isSuccess of [true, false])
      assert.match(activityInWords(activity({ event, isSuccess }), 'ann', 'My app').text, /^(?:[A-Z])/)
})
