import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { signedInBrowser } from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'

interface Bundle {
  readonly total?: number
  readonly entry: readonly { readonly resource: JsonObject }[]
}

forEachDatabaseConfig('AuditEvent', (fresh) => {
  const setUp = async () => {
    const app = await startStoredApp({ config: await fresh() })
    const search = async (query: string) => {
      const response = await app.rest('GET', `/AuditEvent?${query}`)
      assert.equal(response.status, 200, query)
      const bundle = (await response.json()) as Bundle
      return { ...bundle, found: bundle.entry.map(({ resource }) => resource) }
    }
    return { app, search, record: app.stores.auditLog.record }
  }

  test('tells who did what to whom, how it ended and where it came from', async () => {
    const { app, search } = await setUp()
    const headers = { 'user-agent': 'curl/8.5.0', 'x-forwarded-for': '192.0.2.7', 'x-request-id': 'r7' }
    await app.rest('PUT', '/User/ann', { password: 'old-password-1' })
    await app.rest('PATCH', '/User/ann', { password: 'new-password-2' }, headers)
    const { found, total } = await search('event=password-change&user=User/ann&request=r7')
    assert.equal(total, 1)
    const [{ id, meta, detail, ...event } = {}] = found
    assert.equal((detail as JsonObject).resource, 'User/ann')
    assert.deepEqual(event, {
      resourceType: 'AuditEvent',
      recorded: `${app.clock.now().toISOString().slice(0, -1)}000Z`,
      event: 'password-change',
      outcome: 'success',
      user: { resourceType: 'User', id: 'ann' },
      factor: 'password',
      actor: { resourceType: 'Client', id: 'root' },
      address: '192.0.2.7',
      requestId: 'r7',
      userAgent: 'curl/8.5.0',
    })
    const one = await app.rest('GET', `/fhir/AuditEvent/${id}`)
    assert.deepEqual(((await one.json()) as JsonObject).actor, { reference: 'Client/root' })
    assert.equal((await app.rest('GET', '/AuditEvent/nothing')).status, 404)
  })

  test('is found by what, whom, who, where, when and how it ended, newest first', async () => {
    const { app, search, record } = await setUp()
    const startedAt = app.clock.now()
    const origin = { address: '192.0.2.9', requestId: 'r9' }
    await record({
      event: 'password-check',
      outcome: 'failure',
      reason: 'wrong-password',
      userId: 'ann',
      factor: 'password',
      origin,
    })
    app.clock.advance(3600_000)
    await record({ event: 'sign-in', outcome: 'success', userId: 'ann', clientId: 'web', actor: 'User/ann' })
    await record({
      event: 'resource-delete',
      outcome: 'success',
      actor: 'User/bob',
      detail: { resource: 'Client/old' },
    })
    const later = app.clock.now().toISOString()
    for (const [query, events] of [
      ['event=sign-in', ['sign-in']],
      ['event=sign-in,resource-delete', ['resource-delete', 'sign-in']],
      ['event:not=sign-in&user=ann', ['password-check']],
      ['outcome=failure', ['password-check']],
      ['reason=wrong-password', ['password-check']],
      ['user=ann&_sort=-_lastUpdated', ['sign-in', 'password-check']],
      ['.user.id=ann&_sort=_lastUpdated', ['password-check', 'sign-in']],
      ['client=Client/web', ['sign-in']],
      ['actor=User/bob', ['resource-delete']],
      ['factor=password&user=ann', ['password-check']],
      ['address=192.0.2.9', ['password-check']],
      ['request=r9', ['password-check']],
      ['.detail.resource=Client/old', ['resource-delete']],
      [`_lastUpdated=ge${later}&user=ann`, ['sign-in']],
      [`_lastUpdated=lt${later}&user=ann`, ['password-check']],
      [
        `_lastUpdated=ge${startedAt.toISOString()}&user=ann&_sort=-_lastUpdated&_count=1&_page=2`,
        ['password-check'],
      ],
      ['user=nobody', []],
    ] as const) {
      const told = (await search(query)).found.map(({ event }) => event)
      assert.deepEqual(query.includes('_sort') ? told : told.toSorted(), events, query)
    }
    assert.equal((await search('user=ann&_total=none')).total, undefined)
    const posted = await app.rest('POST', '/fhir/AuditEvent/_search', 'user=ann')
    assert.equal(((await posted.json()) as Bundle).total, 2)
  })

  test('what somebody typed does not keep the log from being read', async () => {
    const { search, record } = await setUp()
    const typed = `\0 \ud800 \\u0000 \\ud800 <script>alert(1)</script>`
    await record({ event: 'sign-in', outcome: 'failure', userId: 'eve', reason: typed, detail: { typed } })
    await record({
      event: 'sign-in',
      outcome: 'failure',
      userId: 'eve',
      detail: { typed: '\0'.repeat(9000) },
    })
    const { found } = await search('user=eve&.detail.typed$contains=script')
    assert.deepEqual(found[0]?.detail, { typed: '\ufffd \ufffd \\u0000 \\ud800 <script>alert(1)</script>' })
    assert.equal((await search('user=eve')).total, 2)
  })

  test('is for administrators, and nobody writes or deletes it', async () => {
    const { app, search } = await setUp()
    await app.addUser({ id: 'ann' })
    const ann = await signedInBrowser(app, 'ann')
    for (const path of ['/AuditEvent', '/AuditEvent/x', '/fhir/AuditEvent']) {
      assert.equal((await app.fetch(new Request(`${app.url}${path}`))).status, 401, path)
      assert.equal((await ann.send(path)).status, 403, path)
    }
    const id = String((await search('_count=1')).found[0]?.id)
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST'])
      assert.equal((await app.rest(method, `/AuditEvent/${id}`, {})).status, 405, method)
    assert.equal((await app.rest('DELETE', '/AuditEvent')).status, 405)
    assert.equal((await search(`_id=${id}`)).total, 1)
  })
})
