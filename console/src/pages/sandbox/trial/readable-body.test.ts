import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableBody } from './readable-body.ts'

test('JSON is indented, and what only says that it is JSON stays as it is', () => {
  assert.equal(readableBody('application/json; charset=utf-8', '{"a":[1]}'), '{\n "a": [\n  1\n ]\n}')
  assert.equal(readableBody('application/json', '{oops'), '{oops')
})

test('a form has a line for each parameter', () => {
  assert.equal(readableBody('application/x-www-form-urlencoded', 'a=1+2&b=%26'), 'a = 1 2\nb = &')
})

test('anything else is shown as it came', () => {
  assert.equal(readableBody('text/html', '<b>&amp;'), '<b>&amp;')
})
