import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRequests } from '../../../../src/console/command/request-text.ts'
import { toExchange } from './to-exchange.ts'

const exchangeOf = (text: string) => {
  const [request] = parseRequests(text).requests
  assert.ok(request)
  return toExchange(request, 'http://localhost:8080')
}
const askedOf = (text: string) => {
  const exchange = exchangeOf(text)
  assert.equal(exchange.kind, 'ready')
  return exchange.kind === 'ready' ? exchange.asked : undefined
}

test('a path without slash is one of this server, as is its whole address', () => {
  assert.equal(askedOf('GET User/x?a=b')?.path, '/User/x?a=b')
  assert.equal(askedOf('GET http://localhost:8080/User')?.path, '/User')
})

test('nothing is sent anywhere else', () => {
  for (const target of ['https://elsewhere.example/User', '//elsewhere.example', '/\\elsewhere.example'])
    assert.equal(exchangeOf(`GET ${target}`).kind, 'fault', target)
})

test('a body without content type goes as JSON where it looks like it, else as YAML', () => {
  const typeOf = (text: string) => askedOf(text)?.headers?.['content-type']
  assert.equal(typeOf('PUT User/x\n\n {"a": 1}'), 'application/json')
  assert.equal(typeOf('PATCH User/x\n\n[]'), 'application/json')
  assert.equal(typeOf('PUT User/x\n\nid: x'), 'text/yaml')
  assert.equal(
    typeOf('POST /auth/token\nContent-Type: application/x-www-form-urlencoded\n\na=b'),
    'application/x-www-form-urlencoded',
  )
  assert.equal(typeOf('POST /auth/logout'), undefined)
})

test('GET and DELETE send no body', () => {
  for (const method of ['GET', 'HEAD', 'DELETE']) {
    const asked = askedOf(`${method} User/x\n\nid: x`)
    assert.equal(asked?.body, undefined)
    assert.equal(asked?.headers?.['content-type'], undefined)
  }
})

test('JSON is asked for unless something else is', () => {
  assert.equal(askedOf('GET User')?.headers?.accept, 'application/json')
  assert.equal(askedOf('GET User\nAccept: text/yaml')?.headers?.accept, 'text/yaml')
})

test('a header that cannot be sent is a fault where it stands', () => {
  const text = 'GET User\naccept: ✓'
  const exchange = exchangeOf(text)
  assert.ok(exchange.kind === 'fault')
  assert.equal(text.slice(exchange.from, exchange.to), 'accept: ✓')
})

test('what was masked when it was kept is not sent for a secret, but an AuthConfig keeps its headers by it', () => {
  const password = 'PUT /User/x\n\npassword: "***"'
  const fault = exchangeOf(password)
  assert.ok(fault.kind === 'fault')
  assert.equal(password.slice(fault.from, fault.to), '***')
  for (const text of [
    'GET /x?token=***',
    'GET /User\nauthorization: ***',
    'POST /auth/token\n\npassword=***&a=b',
  ])
    assert.equal(exchangeOf(text).kind, 'fault', text)
  assert.equal(exchangeOf('PUT AuthConfig/x\n\nwebhook:\n headers:\n  X-A: "***"').kind, 'ready')
  assert.equal(exchangeOf('PUT /User/x\n\ntitle: a*** ****b').kind, 'ready')
})
