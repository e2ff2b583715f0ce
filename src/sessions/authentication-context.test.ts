import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acrOf, amrOf, isAcrReached } from './authentication-context.ts'

const password = { factor: 'password', at: 1 }
const totp = { factor: 'totp', at: 2 }

test('amr and acr tell what was proven and nothing more', () => {
  for (const [proven, amr, acr] of [
    [[password], ['pwd'], 'aal1'],
    [[password, totp], ['pwd', 'otp', 'mfa'], 'aal2'],
    [[totp, password], ['otp', 'pwd', 'mfa'], 'aal2'],
    [[password, { ...password, at: 3 }], ['pwd'], 'aal1'],
    [[totp], ['otp'], 'aal1'],
    [[], [], 'aal1'],
  ] as const) {
    assert.deepEqual(amrOf(proven), amr)
    assert.equal(acrOf(proven), acr)
  }
})

test('the higher level does for the lower, not the other way round', () => {
  assert.equal(isAcrReached('aal2', 'aal1'), true)
  assert.equal(isAcrReached('aal1', 'aal1'), true)
  assert.equal(isAcrReached('aal1', 'aal2'), false)
})
