import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOfPassword } from './password-policy.ts'

const SHORT = 'expected at least 8 characters'

const cases: readonly (readonly [title: string, password: string, fault: string | undefined])[] = [
  ['empty', '', 'expected 1 to 1024 bytes, not 0'],
  ['seven characters', '1234567', SHORT],
  ['eight characters', '12345678', undefined],
  ['the password of the quick start', 'password', undefined],
  ['seven characters of two bytes each', 'äöüäöüä', SHORT],
  ['seven code points that are fourteen UTF-16 units', '\u{1f511}'.repeat(7), SHORT],
  ['eight code points beyond the first plane', '\u{1f511}'.repeat(8), undefined],
  ['eight blanks', ' '.repeat(8), undefined],
  ['1024 bytes', 'x'.repeat(1024), undefined],
  ['1025 bytes', 'x'.repeat(1025), 'expected 1 to 1024 bytes, not 1025'],
  ['1026 bytes of 513 characters', 'ä'.repeat(513), 'expected 1 to 1024 bytes, not 1026'],
]

for (const [title, password, fault] of cases)
  test(`a new password of ${title}: ${fault ?? 'good'}`, () => {
    assert.equal(faultOfPassword(password, 8), fault)
  })
