import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf, PUBLIC_URL, ROOT, startRest } from '../support/rest.ts'

const outcomeOf = async (response: Response) => {
  const outcome = await jsonOf(response)
  assert.equal(outcome.resourceType, 'OperationOutcome')
  return outcome
}

test('a created resource is found, changed, deleted and remembered', async () => {
  const { send, clock } = await startRest()
  const created = await send('POST', '/User', { resourceType: 'User', id: 'ann', userName: 'ann' })
  assert.equal(created.status, 201)
  const first = await jsonOf(created)
  assert.equal(created.headers.get('location'), `${PUBLIC_URL}/User/ann/_history/${first.meta.versionId}`)
  assert.equal(created.headers.get('last-modified'), 'Thu, 01 Jan 2026 00:00:00 GMT')
  assert.equal((await send('POST', '/User', { id: 'ann' })).status, 409)

  clock.advance(1000)
  const updated = await jsonOf(send('PUT', '/User/ann', { id: 'other', userName: 'ann', title: 'Dr' }))
  assert.equal(updated.id, 'ann')
  assert.equal(updated.meta.createdAt, '2026-01-01T00:00:00.000000Z')
  assert.equal(updated.meta.lastUpdated, '2026-01-01T00:00:01.000000Z')
  const old = await jsonOf(send('GET', `/User/ann/_history/${first.meta.versionId}`))
  assert.equal(old.title, undefined)

  const deleted = await send('DELETE', '/User/ann')
  assert.equal(deleted.status, 200)
  assert.equal((await jsonOf(deleted)).title, 'Dr')
  assert.equal((await send('DELETE', '/User/ann')).status, 204)
  assert.equal((await send('GET', '/User/ann')).status, 410)
  assert.equal((await send('GET', '/User/never')).status, 404)
  assert.equal((await jsonOf(send('GET', '/User?_id=ann'))).total, 0)
  const history = await jsonOf(send('GET', '/User/ann/_history'))
  assert.equal(history.total, 3)
  assert.deepEqual(
    history.entry.map((entry: { request: object }) => entry.request),
    ['DELETE', 'PUT', 'POST'].map((method) => ({ method, url: 'User' })),
  )
  assert.equal((await send('PUT', '/User/ann', {})).status, 201, 'an id may be used again')
})

test('ids that are names of JavaScript work like any other', async () => {
  const { send } = await startRest()
  for (const id of ['constructor', 'toString', 'hasOwnProperty']) {
    assert.equal((await send('PUT', `/User/${id}`, {})).status, 201, id)
    assert.equal((await jsonOf(send('GET', `/User/${id}`))).id, id)
  }
  assert.equal((await send('PUT', '/User/__proto__', {})).status, 422)
  assert.equal((await send('GET', '/User/__proto__')).status, 404)
})

test('conditions of a request hold: If-Match, If-None-Match, and the version it did not change', async () => {
  const { send } = await startRest()
  const etag = (await send('PUT', '/User/a', { title: '1' })).headers.get('etag') ?? ''
  const version = etag.replaceAll(/\D/g, '')
  assert.equal((await send('GET', '/User/a', undefined, { 'if-none-match': etag })).status, 304)
  assert.equal((await send('GET', '/User/a', undefined, { 'if-none-match': version })).status, 304)
  assert.equal((await send('PUT', '/User/a', { title: '2' }, { 'if-match': 'W/"0"' })).status, 412)
  assert.equal((await send('PUT', '/User/a', {}, { 'if-none-match': '*' })).status, 412)
  assert.equal((await send('PUT', '/User/b', {}, { 'if-match': '*' })).status, 412)
  assert.equal((await send('DELETE', '/User/a', undefined, { 'if-match': '0' })).status, 412)
  const outcome = await outcomeOf(await send('PATCH', '/User/a', { title: '2' }, { 'if-match': '0' }))
  assert.equal(outcome.id, 'conflict')
  assert.match(outcome.text.div, /Version Id mismatch/)
  const updated = await send('PUT', '/User/a', { title: '2' }, { 'if-match': version })
  assert.equal(updated.status, 200)
  const same = await send('PUT', '/User/a', { title: '2' })
  assert.equal(same.headers.get('etag'), updated.headers.get('etag'))
  assert.equal((await jsonOf(send('GET', '/User/a/_history'))).total, 2)
})

test('patches are merge patches or JSON Patches, by content or by name', async () => {
  const { send } = await startRest()
  await send('PUT', '/User/a', { title: 'Dr', name: { givenName: 'A', familyName: 'B' } })
  assert.equal((await send('PATCH', '/User/a', { title: null, name: { givenName: 'C' } })).status, 200)
  const operations = [
    { op: 'test', path: '/name/givenName', value: 'C' },
    { op: 'add', path: '/emails', value: [{ value: 'a@example.org' }] },
    { op: 'move', from: '/name/familyName', path: '/displayName' },
  ]
  const patched = await jsonOf(send('PATCH', '/User/a', operations))
  assert.deepEqual(
    [patched.title, patched.name, patched.displayName, patched.emails],
    [undefined, { givenName: 'C' }, 'B', [{ value: 'a@example.org' }]],
  )
  const failing = await send('PATCH', '/User/a', [
    { op: 'add', path: '/title', value: 'X' },
    { op: 'test', path: '/displayName', value: 'no' },
  ])
  assert.equal(failing.status, 422)
  assert.equal((await jsonOf(send('GET', '/User/a'))).title, undefined, 'all or nothing')
  const jsonPatch = { 'content-type': 'application/json-patch+json' }
  assert.equal((await send('PATCH', '/User/a', operations[0], jsonPatch)).status, 400)
  assert.equal((await send('PATCH', '/User/none', { title: 'x' })).status, 404)
  assert.equal((await send('PATCH', '/User/a', { id: 'b' })).status, 422)
  assert.equal((await send('PATCH', '/User/a?_method=merge-patch', { title: 'Mr' })).status, 200)
  const yaml = await send('PATCH', '/User/a', 'title: Mrs\n', { 'content-type': 'text/yaml' })
  assert.equal((await jsonOf(yaml)).title, 'Mrs')
  const polluting = await send('PATCH', '/User/a', [
    { op: 'add', path: '/data', value: {} },
    { op: 'add', path: '/data/__proto__', value: 1 },
  ])
  assert.equal(polluting.status, 400)
})

test('unknown attributes, wrong types and wrong places are 422 and name the full path', async () => {
  const { send } = await startRest()
  const faults: readonly (readonly [string, unknown, string])[] = [
    ['/User/a', { emails: [{ value: 'x' }, { adress: 'y' }] }, 'User.emails[1].adress'],
    ['/User/a', { inactive: 'yes' }, 'User.inactive'],
    ['/User/a', { emails: {} }, 'User.emails'],
    ['/User/a', { passwordResetJti: 'x' }, 'User.passwordResetJti'],
    [
      '/Client/a',
      { auth: { authorization_code: { redirect_uri: ['x'] } } },
      'Client.auth.authorization_code.redirect_uri',
    ],
    ['/Client/a', { grant_types: ['magic'] }, 'Client.grant_types[0]'],
    ['/AuthConfig/a', { twoFactor: { webhook: { timeout: 5 } } }, 'AuthConfig.twoFactor.webhook.endpoint'],
    ['/AuthConfig/a', { theme: { colour: 'red' } }, 'AuthConfig.theme.colour'],
    ['/User/a', { twoFactor: { enabled: true } }, 'User.twoFactor.enabled'],
    ['/User/a', { resourceType: 'Client' }, 'User.resourceType'],
    ['/User/a_b', {}, 'User.id'],
  ]
  for (const [path, body, expression] of faults) {
    const response = await send('PUT', path, body)
    assert.equal(response.status, 422, expression)
    const outcome = await outcomeOf(response)
    assert.deepEqual(outcome.issue[0].expression, [expression])
  }
  const several = await outcomeOf(await send('PUT', '/User/a', { foo: 1, bar: 2, title: 3 }))
  assert.equal(several.issue.length, 3)
})

test('methods, parameters and conditions that are not understood are refused, not ignored', async () => {
  const { send, request } = await startRest()
  const response = await send('DELETE', '/User/_history')
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS')
  assert.equal((await send('POST', '/User/a', {})).status, 405)
  assert.equal((await send('PUT', '/User/a?title=x', {})).status, 400)
  assert.equal((await send('POST', '/User', { id: 'a' }, { 'x-http-method-override': 'DELETE' })).status, 201)
  assert.equal((await send('PUT', '/User/a', '{"a":', { 'content-type': 'application/json' })).status, 400)
  assert.equal((await send('PUT', '/User/a', '<a/>', { 'content-type': 'text/xml' })).status, 415)
  assert.equal((await send('PUT', '/User/a', 'x'.repeat(1_048_577))).status, 413)
  assert.equal((await send('PUT', '/User/a', '[]')).status, 422)
  assert.equal((await send('GET', '/User/a', undefined, { accept: 'image/png' })).status, 406)
  assert.equal((await send('PUT', '/User/b', {}, { accept: 'image/png' })).status, 406)
  assert.equal((await send('GET', '/User/b')).status, 404, 'nothing was written that could not be answered')
  const head = await request('/User/a', { method: 'HEAD', headers: { authorization: ROOT } })
  assert.equal(head.status, 200)
  assert.equal(await head.text(), '')
})

test('the FHIR base shows references and creation as FHIR does, and both bases take both forms', async () => {
  const { send } = await startRest()
  const plain = { manager: { resourceType: 'User', id: 'boss', display: 'Boss' } }
  const fhir = { manager: { reference: 'User/boss', display: 'Boss' } }
  await send('PUT', '/User/a', fhir)
  await send('PUT', '/fhir/User/b', plain)
  for (const id of ['a', 'b']) {
    assert.deepEqual((await jsonOf(send('GET', `/User/${id}`))).manager, plain.manager)
    const resource = await jsonOf(send('GET', `/fhir/User/${id}`))
    assert.deepEqual(resource.manager, fhir.manager)
    assert.deepEqual(resource.meta.extension, [
      { url: 'ex:createdAt', valueInstant: '2026-01-01T00:00:00.000000Z' },
    ])
    assert.equal(resource.meta.createdAt, undefined)
  }
  const patch = [{ op: 'replace', path: '/manager/reference', value: 'User/new' }]
  assert.equal((await jsonOf(send('PATCH', '/fhir/User/a', patch))).manager.reference, 'User/new')
  assert.equal((await send('PUT', '/User/a', { manager: { reference: 'Client/x' } })).status, 422)
  const created = await send('PUT', '/fhir/User/c', {})
  assert.match(
    created.headers.get('location') ?? '',
    /^http:\/\/localhost:8080\/fhir\/User\/c\/_history\/\d+$/,
  )
})

test('fifty concurrent writes of one resource replace it whole, never mixed', async () => {
  const { send } = await startRest()
  const responses = await Promise.all(
    Array.from({ length: 50 }, (_, n) => send('PUT', '/User/a', { title: `t${n}`, division: `t${n}` })),
  )
  assert.equal(responses.filter(({ status }) => status === 201).length, 1)
  assert.equal(responses.filter(({ status }) => status === 200).length, 49)
  const history = await jsonOf(send('GET', '/User/a/_history'))
  assert.equal(history.total, 50)
  for (const { resource } of history.entry) assert.equal(resource.title, resource.division)
  const conditional = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      send('PUT', '/User/a', { title: `c${n}` }, { 'if-match': history.entry[0].resource.meta.versionId }),
    ),
  )
  assert.deepEqual(
    conditional
      .map(({ status }) => status)
      .toSorted()
      .slice(0, 2),
    [200, 412],
  )
})
