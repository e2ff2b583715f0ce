import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'uqr'
import { qrSvg } from './qr.ts'

const TEXT = 'otpauth://totp/my-app:my-user?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=my-app'

test('the drawing has every dark module of the code and four light ones around it', () => {
  const svg = qrSvg(TEXT)
  const plain = encode(TEXT, { border: 0, ecc: 'M' })
  assert.ok(svg.includes(`viewBox="0 0 ${plain.size + 8} ${plain.size + 8}"`))
  const drawn = new Set<string>()
  for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g))
    for (let column = 0; column < Number(width); column++) drawn.add(`${Number(x) + column},${y}`)
  const expected = plain.data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`${x + 4},${y + 4}`] : [])),
  )
  assert.deepEqual([...drawn].sort(), expected.sort())
})

test('the drawing is dark on light and carries neither style nor script', () => {
  const svg = qrSvg('"><script>alert(1)</script>')
  assert.match(svg, /fill="#fff".*fill="#000"/)
  assert.doesNotMatch(svg, /style|script|href| on\w+=/)
})
