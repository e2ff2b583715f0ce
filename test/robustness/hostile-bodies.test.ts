import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { ServerProcess } from '../support/server-process.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from '../support/server-process.ts'

const MOST_GROWTH_MB = 200

let server: ServerProcess
before(async () => {
  server = await startServerProcess()
})

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

/** Every place that takes a body, with the types it takes. */
const PLACES = [
  ['POST', '/auth/login', FORM],
  ['POST', '/auth/login/2fa/confirm', FORM],
  ['POST', '/auth/login/2fa/refresh', FORM],
  ['POST', '/auth/logout', FORM],
  ['POST', '/auth/two-factor/enable', FORM],
  ['POST', '/auth/two-factor/disable', FORM],
  ['POST', '/auth/authorize', FORM],
  ['POST', '/auth/grant', FORM],
  ['POST', '/auth/token', FORM],
  ['POST', '/auth/token', JSON_TYPE],
  ['PUT', '/User/x', JSON_TYPE],
  ['PUT', '/User/x', 'text/yaml'],
  ['POST', '/User', JSON_TYPE],
  ['PATCH', '/User/admin', 'application/merge-patch+json'],
  ['PATCH', '/User/admin', 'application/json-patch+json'],
  ['PUT', '/Client/x', JSON_TYPE],
  ['PUT', '/AuthConfig/x', 'text/yaml'],
  ['POST', '/fhir/User', JSON_TYPE],
] as const

const bomb = Array.from({ length: 9 }, (_, level) => {
  const items = Array.from({ length: 9 }, () => (level === 0 ? 'lol' : `*a${level - 1}`))
  return `a${level}: &a${level} [${items.join(',')}]`
}).join('\n')

const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)

const BODIES: readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>])[] = [
  ['ten megabytes', 'x'.repeat(10_000_000)],
  ['a megabyte of ampersands', '&'.repeat(1_000_000)],
  ['a hundred thousand fields', Array.from({ length: 100_000 }, (_, n) => `f${n}=1`).join('&')],
  ['the same field twice', 'grant_type=a&grant_type=b&username=a&username=b&token=1&token=2'],
  ['fields with brackets', 'username[]=a&username[0]=b&username[__proto__]=c&__proto__[x]=1'],
  ['prototype fields', '__proto__=1&constructor=2&toString=3&hasOwnProperty=4'],
  ['broken escapes', 'username=%&password=%zz&token=%ff%fe'],
  ['prototype keys', '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}},"toString":"x"}'],
  ['objects for strings', '{"grant_type":{"a":1},"code":["x"],"password":{"$gt":""},"userName":[]}'],
  ['twenty thousand objects in each other', '{"a":'.repeat(20_000)],
  ['twenty thousand closed lists', '['.repeat(20_000) + ']'.repeat(20_000)],
  ['a number without end', `{"a":${'9'.repeat(500_000)}}`],
  ['lone surrogates', '{"userName":"\\ud800","password":"\\udfff"}'],
  ['NUL', '{"userName":"a\\u0000b"}'],
  ['an alias bomb', bomb],
  ['an alias of itself', 'a: &a\n  b: *a\n'],
  ['merge keys', `a: &a {x: 1}\nb: {<<: [${'*a,'.repeat(10_000)}]}`],
  ['tags', 'a: !!js/function "function () {}"\nb: !!python/object:os.system x\n'],
  ['many documents', '---\na: 1\n'.repeat(1000)],
  ['invalid UTF-8', bytes(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d)],
  ['UTF-16', bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
  ['gzip', bytes(0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00)],
  ['nothing', ''],
]

const TYPES = [
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'x',
  '',
] as const

const post = async (
  [method, path, type]: readonly [string, string, string],
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ readonly status: number; readonly text: string; readonly type: string } | 'closed'> => {
  try {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        'content-type': type,
        ...(path.startsWith('/auth') ? {} : { authorization: ROOT_AUTHORIZATION }),
      },
      body,
      redirect: 'manual',
    })
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('content-type') ?? '',
    }
  } catch {
    return 'closed'
  }
}

test('no body whatever gets a 500 anywhere: each is refused in words or taken for what it is', async () => {
  const warm = server.residentMegabytes()
  for (const [name, body] of BODIES)
    await Promise.all(
      PLACES.map(async (place) => {
        const answer = await post(place, body)
        if (answer === 'closed') return
        const shown = `${name} at ${place.join(' ')}: ${answer.status} ${answer.text.slice(0, 300)}`
        assert.ok(answer.status < 500, shown)
        assert.doesNotMatch(answer.text, /\.ts:\d|node:internal|SQLITE|Cannot read properties/, shown)
        if (answer.status >= 400) assert.ok(answer.text.length > 20, shown)
      }),
    )
  const grown = server.residentMegabytes() - warm
  assert.ok(grown < MOST_GROWTH_MB, `grew by ${Math.round(grown)} MB`)
  assert.doesNotMatch(server.output(), /unexpected error|unhandled rejection/)
})

test('a type that a place does not take is refused by name, or refused before anybody looks', async () => {
  for (const type of TYPES)
    for (const [method, path] of PLACES) {
      const answer = await post([method, path, type], '{"a":1}')
      assert.ok(answer !== 'closed')
      const isSentToSignIn = answer.status === 303 && path.startsWith('/auth/two-factor')
      const isRefused = answer.status >= 400 && answer.status < 500
      assert.ok(isRefused || isSentToSignIn, `${method} ${path} ${type}: ${answer.status}`)
    }
})

test('ids that every object has are ids like others, or none', async () => {
  const ids = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    '..',
    '.',
    '%00',
    'a'.repeat(65),
  ]
  for (const kind of ['User', 'Client', 'AuthConfig', '__proto__', 'constructor'])
    for (const id of ids)
      for (const path of [`/${kind}/${encodeURIComponent(id)}`, `/${kind}/${id}/_history/1`]) {
        const response = await fetch(`${server.url}${path}`, {
          headers: { authorization: ROOT_AUTHORIZATION },
        })
        await response.text()
        assert.ok([200, 400, 401, 404].includes(response.status), `${path}: ${response.status}`)
      }
  for (const id of ['constructor', 'toString', 'hasOwnProperty', 'prototype']) {
    const put = (body: object) =>
      fetch(`${server.url}/User/${id}`, {
        method: 'PUT',
        headers: { authorization: ROOT_AUTHORIZATION, 'content-type': JSON_TYPE },
        body: JSON.stringify(body),
      })
    assert.equal((await put({ userName: `name-${id}` })).status, 201)
    const login = await fetch(`${server.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: id, client_id: id, client_secret: id }),
    })
    assert.ok([400, 401].includes(login.status), `${id}: ${login.status}`)
  }
})
