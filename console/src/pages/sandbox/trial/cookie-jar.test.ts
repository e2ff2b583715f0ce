import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieHeader, withCookies } from './cookie-jar.ts'

test('a browser sends back what it was given, the newest value of each name', () => {
  const first = withCookies(new Map(), ['ASFLOW=a; Path=/; HttpOnly', 'ASID=b=c; Max-Age=60; Path=/'])
  assert.equal(cookieHeader(first), 'ASFLOW=a; ASID=b=c')
  assert.equal(cookieHeader(withCookies(first, ['ASFLOW=d; Path=/'])), 'ASFLOW=d; ASID=b=c')
})

test('a cookie whose lifetime is over is gone', () => {
  const jar = withCookies(new Map([['ASID', 'x']]), ['ASID=; Max-Age=0; Path=/'])
  assert.equal(cookieHeader(jar), undefined)
})

test('what is no cookie is ignored', () => {
  assert.equal(withCookies(new Map(), ['', '=x', 'nothing']).size, 0)
})
