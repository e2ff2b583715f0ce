import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Proof } from './sign-in-step.ts'
import { nextSignInStep } from './sign-in-step.ts'

const proof = (factor: string, at = 1): Proof => ({ factor, at, use: [] })

const cases: readonly {
  readonly title: string
  readonly enrolled: readonly string[]
  readonly proofs: readonly Proof[]
  readonly next: unknown
}[] = [
  { title: 'asks for a first factor when nothing is proven', enrolled: [], proofs: [], next: 'first-factor' },
  {
    title: 'asks for a first factor when only a second one is proven',
    enrolled: ['totp'],
    proofs: [proof('totp')],
    next: 'first-factor',
  },
  {
    title: 'is done with the password of a user without second factors',
    enrolled: [],
    proofs: [proof('password', 5)],
    next: [{ factor: 'password', at: 5 }],
  },
  {
    title: 'asks for any of the second factors the user has',
    enrolled: ['totp', 'passkey'],
    proofs: [proof('password')],
    next: ['totp', 'passkey'],
  },
  {
    title: 'does not take the password twice for two factors',
    enrolled: ['totp'],
    proofs: [proof('password'), proof('password')],
    next: ['totp'],
  },
  {
    title: 'does not take a factor that the user has not enrolled',
    enrolled: ['totp'],
    proofs: [proof('password'), proof('passkey')],
    next: ['totp'],
  },
  {
    title: 'is done with password and second factor, in the order in which they were proven',
    enrolled: ['totp'],
    proofs: [proof('totp', 9), proof('password', 5)],
    next: [
      { factor: 'password', at: 5 },
      { factor: 'totp', at: 9 },
    ],
  },
]

describe('nextSignInStep', () => {
  for (const { title, enrolled, proofs, next } of cases)
    it(title, () => {
      const step = nextSignInStep({ userId: 'ann', enrolled, proofs })
      if (step.kind === 'first-factor') assert.equal(step.kind, next)
      else assert.deepEqual(step.kind === 'second-factor' ? step.factors : step.finished.proven, next)
    })
})
