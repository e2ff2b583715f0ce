import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TotpAlgorithm, TotpKey } from './totp.ts'
import { codeAtStep, matchStep, readCode, startOfStep, stepAt } from './totp.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const KEYS: Readonly<Record<TotpAlgorithm, TotpKey>> = {
  SHA1: { algorithm: 'SHA1', bytes: ascii('12345678901234567890') },
  SHA256: { algorithm: 'SHA256', bytes: ascii('12345678901234567890123456789012') },
  SHA512: { algorithm: 'SHA512', bytes: ascii(`${'1234567890'.repeat(6)}1234`) },
}
const at = (seconds: number): Date => new Date(seconds * 1000)

test('the codes of RFC 4226 Appendix D', () => {
  const codes = [
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]
  assert.deepEqual(
    codes,
    codes.map((_, counter) => codeAtStep(KEYS.SHA1, counter)),
  )
})

const RFC_6238: readonly (readonly [number, number, string, string, string])[] = [
  [59, 0x1, '94287082', '46119246', '90693936'],
  [1111111109, 0x23523ec, '07081804', '68084774', '25091201'],
  [1111111111, 0x23523ed, '14050471', '67062674', '99943326'],
  [1234567890, 0x273ef07, '89005924', '91819424', '93441116'],
  [2000000000, 0x3f940aa, '69279037', '90698825', '38618901'],
  [20000000000, 0x27bc86aa, '65353130', '77737706', '47863826'],
]
for (const [seconds, step, sha1, sha256, sha512] of RFC_6238) {
  test(`the codes of RFC 6238 Appendix B at ${seconds} s`, () => {
    assert.equal(stepAt(at(seconds)), step)
    for (const [algorithm, code] of [
      ['SHA1', sha1],
      ['SHA256', sha256],
      ['SHA512', sha512],
    ] as const) {
      assert.equal(codeAtStep(KEYS[algorithm], step, 8), code)
      assert.equal(codeAtStep(KEYS[algorithm], step), code.slice(2))
      assert.equal(matchStep(KEYS[algorithm], code.slice(2), at(seconds), 0), step)
    }
  })
}

test('a counter beyond 32 bits is hashed with its high word', () => {
  assert.notEqual(codeAtStep(KEYS.SHA1, 2 ** 32 + 1), codeAtStep(KEYS.SHA1, 1))
})

test('a step begins on its first millisecond and ends before the next', () => {
  assert.equal(startOfStep(stepAt(at(59))), 30_000)
  assert.equal(stepAt(new Date(59_999)), 1)
  assert.equal(stepAt(new Date(60_000)), 2)
})

const NOW = at(1111111111)
for (const pastSteps of [0, 1, 3]) {
  test(`with ${pastSteps} past steps exactly T−${pastSteps} … T match`, () => {
    const current = stepAt(NOW)
    const matched = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3].filter(
      (offset) => matchStep(KEYS.SHA1, codeAtStep(KEYS.SHA1, current + offset), NOW, pastSteps) !== undefined,
    )
    assert.deepEqual(
      matched,
      [-3, -2, -1, 0].filter((offset) => offset >= -pastSteps),
    )
  })
}

test('of two steps with one code the newer is taken', () => {
  const step = firstStepWhoseCodeRepeatsWithin(400)
  const now = new Date(startOfStep(step.newer))
  assert.equal(
    matchStep(KEYS.SHA1, codeAtStep(KEYS.SHA1, step.older), now, step.newer - step.older),
    step.newer,
  )
})

test('a code is six ASCII digits, blanks aside', () => {
  for (const typed of [
    '081804',
    ' 081804',
    '081804 ',
    '081 804',
    '0 8 1 8 0 4',
    '\u00a0081\u00a0804',
    '\t081804\r\n',
    '\u2009081804',
  ])
    assert.equal(readCode(typed), '081804', JSON.stringify(typed))
})

const REFUSED = [
  '',
  ' ',
  '81804',
  '0081804',
  '08180',
  '08180412',
  'abcdef',
  '08180a',
  '081804\0',
  '1e5',
  '-12345',
  '+12345',
  '0x1234',
  '123.45',
  '081-804',
  '٠٨١٨٠٤',
  '０８１８０４',
  '𝟎𝟖𝟏𝟖𝟎𝟒',
  '[object Object]',
  'null',
  'true',
  '{"$ne":""}',
  '%30%38%31%38%30%34',
  '081804'.repeat(2000),
  ' '.repeat(10_240),
  '\u200b081804',
]
test('nothing else is a code', () => {
  for (const typed of REFUSED) assert.equal(readCode(typed), undefined, JSON.stringify(typed.slice(0, 40)))
})

function firstStepWhoseCodeRepeatsWithin(reach: number): { readonly older: number; readonly newer: number } {
  const seen = new Map<string, number>()
  for (let step = 1; ; step++) {
    const code = codeAtStep(KEYS.SHA1, step)
    const older = seen.get(code)
    if (older !== undefined && step - older <= reach) return { older, newer: step }
    seen.set(code, step)
  }
}
