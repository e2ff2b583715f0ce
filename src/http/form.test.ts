import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Hono } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { parseForm, readForm } from './form.ts'

const app = new Hono()
app.post('/', async (c) => c.json(Object.fromEntries(await readForm(c))))
app.onError((error, c) =>
  error instanceof Problem ? c.json({ ...error.details, message: error.message }, 400) : c.text('bug', 500),
)

const post = async (body: string | Uint8Array<ArrayBuffer> | ReadableStream, type: string | undefined) => {
  const headers = type === undefined ? {} : { 'content-type': type }
  const response = await app.request(
    '/',
    { method: 'POST', headers, body, duplex: 'half' } as RequestInit,
    {},
  )
  return (await response.json()) as { readonly kind?: string; readonly message?: string }
}

const FORM = 'application/x-www-form-urlencoded'

test('what URLSearchParams writes is read back, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })),
      (fields) => {
        const entries = Object.entries(fields).filter(([k, v]) => !k.includes('\0') && !v.includes('\0'))
        const text = new URLSearchParams(entries).toString()
        assert.deepEqual([...parseForm(text)], entries)
      },
    ),
  )
})

test('any text at all is a form or a problem that says why', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseForm(text)
      } catch (error) {
        assert.ok(error instanceof Problem && error.details.kind === 'malformed')
      }
    }),
    { numRuns: 2000 },
  )
})

test('a doubled name is refused by name, in both orders', () => {
  for (const text of ['token=1&token=2', 'token=2&a=b&token=1', 'token&token', 'tok%65n=1&token=1'])
    assert.throws(() => parseForm(text), /^Problem: token: sent more than once/)
})

test('brackets make other names, not lists or objects', () => {
  assert.deepEqual(
    [...parseForm('token[]=1&token[$eq]=2&__proto__=3')],
    [
      ['token[]', '1'],
      ['token[$eq]', '2'],
      ['__proto__', '3'],
    ],
  )
})

test('broken escapes, broken UTF-8 and NUL are refused by name', () => {
  assert.throws(() => parseForm('a=%'), /^Problem: a: .*%25/)
  assert.throws(() => parseForm('a=%zz'), /^Problem: a: .*%25/)
  for (const value of ['%ff', '%c3', '%ed%a0%80', '%c0%80', '\xff'])
    assert.throws(() => parseForm(`a=${value}`), /^Problem: a: is not valid UTF-8/)
  assert.throws(() => parseForm('a=x%00'), /^Problem: a: contains a NUL/)
  assert.throws(
    () => parseForm(`${'n'.repeat(5000)}=%`),
    (error: Error) => error.message.length < 250,
  )
})

test('JSON, multipart, other charsets and untyped bodies are refused with the type to send', async () => {
  const types = [
    'application/json',
    'multipart/form-data; boundary=x',
    `${FORM}; charset=utf-16`,
    'nonsense;',
  ]
  for (const type of [...types, undefined]) {
    const { kind, message } = await post(new TextEncoder().encode('a=b'), type)
    assert.equal(kind, 'unsupported-media-type', `${type}`)
    assert.match(message ?? '', /application\/x-www-form-urlencoded/)
  }
  assert.deepEqual(await post('a=b', `${FORM}; charset=UTF-8`), { a: 'b' })
})

test('a body without a length is counted as it comes, and the rest is never read', async () => {
  let pulled = 0
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled += 1
      controller.enqueue(new Uint8Array(16 * 1024).fill(97))
    },
  })
  assert.equal((await post(endless, FORM)).kind, 'too-large')
  assert.ok(pulled < 20, `${pulled} chunks`)
  assert.equal((await post('a'.repeat(70_000), FORM)).kind, 'too-large')
})
