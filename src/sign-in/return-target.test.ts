import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { returnTarget } from './return-target.ts'

const PUBLIC_URL = 'https://id.example.org'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const accepted: readonly (readonly [string, string])[] = [
  ['/auth/two-factor', '/auth/two-factor'],
  ['/a?b=c&d=%2F#e', '/a?b=c&d=%2F#e'],
  ['https://id.example.org/a?b', '/a?b'],
  ['HTTPS://ID.example.org:443', '/'],
  [base64('https://id.example.org/console?x=ö~~~'), '/console?x=%C3%B6~~~'],
  [base64('/a?>>>???').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''), '/a?%3E%3E%3E???'],
  [base64('/a?>>>???').replaceAll('+', ' '), '/a?%3E%3E%3E???'],
]

const refused: readonly string[] = [
  '',
  'https://elsewhere.example',
  'http://id.example.org/',
  'https://id.example.org:8443/',
  'https://id.example.org.elsewhere.example/',
  'https://id.example.org@elsewhere.example/',
  'https://user:secret@id.example.org/',
  '//elsewhere.example',
  '///elsewhere.example',
  '/\\elsewhere.example',
  '\\\\elsewhere.example',
  '/\t/elsewhere.example',
  '/\n/elsewhere.example',
  '/.//elsewhere.example',
  '/a/..//elsewhere.example',
  '/%2e//elsewhere.example',
  ' //elsewhere.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'elsewhere.example',
  'https:elsewhere.example',
  'https:/elsewhere.example',
  '////',
  `/${'x'.repeat(3000)}`,
]

describe('returnTarget', () => {
  for (const [given, path] of accepted)
    it(`leads ${JSON.stringify(given)} to ${path}`, () => assert.equal(returnTarget(given, PUBLIC_URL), path))
  for (const given of refused)
    it(`leads ${JSON.stringify(given.slice(0, 60))} nowhere, nor its Base64`, () => {
      assert.equal(returnTarget(given, PUBLIC_URL), undefined)
      assert.equal(returnTarget(base64(given), PUBLIC_URL), undefined)
    })
  it('leads bytes that are no text nowhere', () =>
    assert.equal(returnTarget(Buffer.from([0x2f, 0xff]).toString('base64'), PUBLIC_URL), undefined))
})
