import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { basic, jsonOf, startRest } from '../support/rest.ts'
import { ROOT_SECRET } from '../support/test-app.ts'

const SECRET_KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

forEachDatabaseConfig('a resource', (fresh) => {
  const start = async () => startRest({ config: await fresh() })

  test('is never answered 304 once something is added at read time: that changes without a version', async () => {
    const { send, stores, database, clock } = await start()
    const etag = (await send('PUT', '/User/a', {})).headers.get('etag') ?? ''
    const known = { 'if-none-match': etag }
    assert.equal((await send('GET', '/User/a', undefined, known)).status, 304)
    await database.transact([stores.totp.enable('a', SECRET_KEY, 1, clock.now())])
    const enrolled = await send('GET', '/User/a', undefined, known)
    assert.equal(enrolled.status, 200)
    assert.equal(enrolled.headers.get('etag'), etag, 'enrolment is no new version')
    assert.equal((await jsonOf(enrolled)).twoFactor.enabled, true)
    const version = etag.replaceAll(/\D/g, '')
    assert.equal((await send('GET', `/User/a/_history/${version}`, undefined, known)).status, 304)
  })

  test('is neither emptied by a body that got lost nor patched by an operation without its array', async () => {
    const { send, request } = await start()
    const authorization = basic('root', ROOT_SECRET)
    await send('PUT', '/Role/r', { name: 'n', user: { resourceType: 'User', id: 'u' } })
    for (const [type, body] of [
      ['application/json', 'null'],
      ['text/yaml', ''],
      ['text/yaml', '# only a comment'],
      [undefined, ''],
      [undefined, undefined],
    ] as const) {
      const headers = { authorization, ...(type === undefined ? {} : { 'content-type': type }) }
      const init = { method: 'PUT', headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) }
      const answer = await request('/Role/r', init)
      assert.deepEqual(
        [answer.status, /the body is empty/.test(await answer.text())],
        [400, true],
        body ?? 'none',
      )
    }
    const patched = await send('PATCH', '/Role/r', { op: 'remove', path: '/name' })
    assert.equal(patched.status, 400)
    assert.match(await patched.text(), /array of operations/)
    assert.equal((await jsonOf(await send('GET', '/Role/r'))).name, 'n')
  })

  test('keeps or drops the transport of a second factor as its patch says', async () => {
    const { send } = await start()
    const twoFactor = { enabled: true, secretKey: SECRET_KEY, transport: 'sms' }
    await send('PUT', '/User/a', { twoFactor })
    const shown = async (response: Promise<Response>) => (await jsonOf(response)).twoFactor
    const withSms = { enabled: true, transport: 'sms' }
    assert.deepEqual(await shown(send('PATCH', '/User/a', { title: 'x' })), withSms)
    assert.deepEqual(await shown(send('PATCH', '/User/a', { twoFactor: { enabled: true } })), withSms)
    assert.deepEqual(await shown(send('PATCH', '/User/a', { twoFactor: { transport: null } })), {
      enabled: true,
    })
    assert.deepEqual(await shown(send('PATCH', '/User/a', { twoFactor: { transport: 'sms' } })), withSms)
    const remove = [{ op: 'remove', path: '/twoFactor/transport' }]
    assert.deepEqual(await shown(send('PATCH', '/User/a', remove)), { enabled: true })
    const other = [{ op: 'replace', path: '/twoFactor', value: { ...twoFactor, secretKey: 'A'.repeat(32) } }]
    assert.deepEqual(await shown(send('PATCH', '/User/a', other)), withSms)
    const whole = [{ op: 'replace', path: '', value: { resourceType: 'User', id: 'a', title: 'new' } }]
    assert.deepEqual(await shown(send('PATCH', '/User/a', whole)), withSms, 'nothing was said of 2FA')
    assert.deepEqual(await shown(send('PATCH', '/User/a', [{ op: 'remove', path: '/twoFactor' }])), {
      enabled: false,
    })
  })

  test('does not grow beyond the size of a body by copying, nor deeper than a document', async () => {
    const { send } = await start()
    await send('PUT', '/User/a', { data: { x: 'x'.repeat(1000) } })
    const bomb = Array.from({ length: 20 }, (_, n) => ({ op: 'copy', from: '/data', path: `/data/b${n}` }))
    assert.equal((await send('PATCH', '/User/a', bomb)).status, 413)
    const half = { data: { y: 'y'.repeat(600_000) } }
    assert.equal((await send('PATCH', '/User/a', half)).status, 200)
    assert.equal((await send('PATCH', '/User/a', { data: { z: 'z'.repeat(600_000) } })).status, 413)
    const deep = [{ op: 'add', path: `/data${'/a'.repeat(50_000)}`, value: 1 }]
    assert.equal((await send('PATCH', '/User/a', deep)).status, 400)
  })

  test('is not replaced by what was meant as a patch, or by a body nobody can read', async () => {
    const { send } = await start()
    await send('PUT', '/User/a', { title: 'x', gender: 'y' })
    for (const type of ['application/merge-patch+json', 'application/json-patch+json'])
      assert.equal((await send('PUT', '/User/a', { title: 'z' }, { 'content-type': type })).status, 415)
    assert.equal((await send('PUT', '/User/a', {}, { 'content-encoding': 'gzip' })).status, 415)
    assert.equal(
      (await send('PUT', '/User/a', {}, { prefer: 'return=minimal' })).status,
      200,
      'preferences may be ignored',
    )
  })

  test('has an id that a URL can name, and its type cannot be mistaken for one', async () => {
    const { send } = await start()
    for (const id of ['.', '..', '', 'a/b', 'ä', 'a b', 'x'.repeat(65)])
      assert.equal((await send('POST', '/User', { id })).status, 422, id)
    assert.equal((await send('POST', '/User', { id: 7 })).status, 422)
    assert.equal((await send('POST', '/User', { id: '...' })).status, 201)
    assert.equal((await send('GET', '/User/...')).status, 200)
    assert.equal(
      (await send('PUT', '/User/a', 'id:\nresourceType:\n')).status,
      201,
      'null counts as left out',
    )
    for (const [method, path] of [
      ['GET', '/User/_search'],
      ['DELETE', '/User/_search'],
      ['PUT', '/User/_history'],
      ['DELETE', '/fhir/User/_history'],
    ] as const)
      assert.equal(
        (await send(method, path, method === 'PUT' ? {} : undefined)).status,
        405,
        `${method} ${path}`,
      )
    const options = await send('OPTIONS', '/User/a')
    assert.equal(options.status, 204)
    assert.equal(options.headers.get('allow'), 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS')
  })

  test('refers to others in one way, which both bases can read back', async () => {
    const { send } = await start()
    const link = (target: object) => ({ link: [{ link: target }] })
    const refused = [
      { uri: 'javascript:alert(1)' },
      { reference: 'javascript:alert(1)' },
      { reference: 'User/a', resourceType: 'User', id: 'b' },
      { reference: 'User/a', uri: 'https://example.org/User/a' },
      { id: 'a' },
      { resourceType: 'User' },
      { reference: 'User/../a' },
      {},
    ]
    for (const target of refused)
      assert.equal((await send('PUT', '/User/a', link(target))).status, 422, JSON.stringify(target))
    for (const target of [{ uri: 'urn:uuid:7' }, { localRef: 'x' }, { resourceType: 'Device', id: 'd' }]) {
      const stored = await send('PUT', '/User/a', link(target))
      const version = stored.headers.get('etag')
      assert.deepEqual((await jsonOf(stored)).link, [{ link: target }])
      const fhir = await jsonOf(send('GET', '/fhir/User/a'))
      const back = await send('PUT', '/fhir/User/a', fhir)
      assert.equal(back.headers.get('etag'), version, `the same again: ${JSON.stringify(fhir.link)}`)
    }
  })

  test('takes YAML by the rules of 1.2: no is a word, dates are text, 0123 is a number', async () => {
    const { send } = await start()
    const yaml = { 'content-type': 'text/yaml' }
    const fine =
      'title: no\nlocale: NO\ngender: 2026-01-31\ndisplayName: 12:30:45\ndivision: "007"\ncostCenter: 1_000\n'
    const stored = await jsonOf(send('PUT', '/User/a', fine, yaml))
    assert.deepEqual(
      [stored.title, stored.locale, stored.gender, stored.displayName, stored.division, stored.costCenter],
      ['no', 'NO', '2026-01-31', '12:30:45', '007', '1_000'],
    )
    const again = await (await send('GET', '/User/a?_format=yaml')).text()
    assert.equal(
      (await send('PUT', '/User/a', again, yaml)).headers.get('etag'),
      `W/"${stored.meta.versionId}"`,
    )
    for (const wrong of [
      'active: no',
      'active: yes',
      'password: 0123',
      'phoneNumber: +49100',
      'title: 1.0',
      'name: [a]',
    ])
      assert.equal((await send('PUT', '/User/a', wrong, yaml)).status, 422, wrong)
    for (const broken of [
      'data: {a: .inf}',
      'data: {a: .nan}',
      'title: !!binary aGk=',
      'a: &x 1\nb: *x',
      'title: a\ntitle: b',
    ])
      assert.equal((await send('PUT', '/User/a', broken, yaml)).status, 400, broken)
    assert.equal(
      (await send('PUT', '/User/a', '{"data":{"n":1e400}}', { 'content-type': 'json' })).status,
      400,
    )
  })

  test('is answered as Accept and _format say', async () => {
    const { send } = await start()
    await send('PUT', '/User/a', {})
    const typeOf = async (path: string, accept?: string) => {
      const response = await send('GET', path, undefined, accept === undefined ? {} : { accept })
      return response.status === 200 ? response.headers.get('content-type')?.split(';')[0] : response.status
    }
    assert.equal(await typeOf('/User/a'), 'application/json')
    assert.equal(await typeOf('/User/a', 'text/*'), 'text/yaml')
    assert.equal(await typeOf('/User/a', 'application/json;q=0.1, text/yaml'), 'text/yaml')
    assert.equal(
      await typeOf('/fhir/User/a', 'application/fhir+json; fhirVersion=4.0'),
      'application/fhir+json',
    )
    assert.equal(await typeOf('/User/a', 'image/*'), 406)
    assert.equal(await typeOf('/User/a?_format=yaml', 'application/json'), 'text/yaml')
    assert.equal(await typeOf('/User/a?_format=application/fhir+json'), 'application/fhir+json')
    assert.equal(await typeOf('/User/a?_format=xml'), 406)
    assert.match(
      await (await send('GET', '/User/a?_pretty=true')).text(),
      /^\{\n {2}"resourceType": "User",\n/,
    )
  })
})
