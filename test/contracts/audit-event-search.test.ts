import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAuditLog } from '../../src/audit/audit-log.sql.ts'
import { AUDIT_EVENT_KIND } from '../../src/audit-view/audit-event.resource.ts'
import { createAuditEventViewStore } from '../../src/audit-view/audit-event-view.sql.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { parseSearch } from '../../src/resources/parse-search.ts'
import { createDocumentSearch } from '../../src/resources/search-documents.sql.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const origin = { address: '192.0.2.1', requestId: 'r1' }

forEachDatabase('a search of AuditEvents', (open) => {
  test('asks no document what a column says, so that it puts together only those that are shown', async () => {
    const database = await open()
    const clock = createFakeClock()
    const deps = { database, clock, random: systemRandom, pause: async () => {}, logger: silentLogger }
    const { record } = createAuditLog(deps)
    for (const userId of ['ann', 'bob'])
      await record({ event: 'sign-in', outcome: 'success', userId, clientId: 'app', origin })
    const documents = createDocumentSearch(database)
    let left = 0
    const view = createAuditEventViewStore(database, {
      ...documents,
      search: (source, type, query) => {
        left = query.conditions.length
        return documents.search(source, type, query)
      },
    })
    const search = async (parameters: string) => {
      const { query } = parseSearch(AUDIT_EVENT_KIND, [...new URLSearchParams(parameters)])
      const { total } = await view.search('AuditEvent', query)
      return { left, total }
    }
    for (const parameters of [
      'event=sign-in&user=ann',
      'user=User/ann&.outcome=success',
      'address=192.0.2.1&user=ann',
    ])
      assert.deepEqual(await search(parameters), { left: 0, total: 1 }, parameters)
    assert.deepEqual(await search('user=User/ann,bob&client=Client/app'), { left: 0, total: 2 })
    assert.deepEqual(await search('event:not=sign-in'), { left: 1, total: 0 })
    assert.deepEqual(await search('user=Client/ann'), { left: 1, total: 0 })
    assert.deepEqual(await search('actor=Client/app&user=ann'), { left: 1, total: 0 })
  })
})
