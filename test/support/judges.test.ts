import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderSVG } from 'uqr'
import { decodeQr, oathtoolCode } from './authenticator.ts'
import { axeViolations, launchChromium } from './chromium.ts'

const RFC_6238_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const STRICT_POLICY = '<meta http-equiv="content-security-policy" content="script-src \'none\'">'

test('oathtool computes the vectors of RFC 6238 appendix B', async () => {
  assert.equal(await oathtoolCode(RFC_6238_SECRET, 59_000, { digits: 8 }), '94287082')
  assert.equal(await oathtoolCode(RFC_6238_SECRET, 1_111_111_109_000, { digits: 8 }), '07081804')
  assert.equal(await oathtoolCode('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ', 59_000), '287082')
})

test('Chromium shows a page, zbarimg reads its QR code, axe finds its faults in spite of a strict CSP', async () => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    const body = `<title>QR</title>${STRICT_POLICY}<img src="x:y"><div style="width: 300px">${renderSVG('otpauth://x')}</div>`
    await page.setContent(`<!doctype html><html lang="en">${body}`)
    assert.equal(await decodeQr(await page.screenshot()), 'otpauth://x')
    assert.ok((await axeViolations(page)).some(({ id }) => id === 'image-alt'))
  } finally {
    await browser.close()
  }
})

test('a picture without a QR code is refused', async () => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await assert.rejects(decodeQr(await page.screenshot()))
  } finally {
    await browser.close()
  }
})
