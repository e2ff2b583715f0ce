// Role: that a user has a role, with links and attributes of the operator's own.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { RestApp } from '../support/rest.ts'
import { jsonOf, startRest } from '../support/rest.ts'

const doctor = {
  name: 'doctor',
  user: { resourceType: 'User', id: 'ann' },
  links: { practitionerRole: { resourceType: 'PractitionerRole', id: 'pr-1' } },
  context: { ward: 7 },
  shift: 'night',
}

describe('Role', () => {
  let app: RestApp
  before(async () => {
    app = await startRest()
    assert.equal((await app.send('PUT', '/Role/ann-doctor', doctor)).status, 201)
    const nurse = { name: 'nurse', user: { reference: 'User/bob' } }
    assert.equal((await app.send('POST', '/Role', nurse)).status, 201)
  })

  test('keeps what it is told, references as the base writes them', async () => {
    const { meta: _, ...plain } = await jsonOf(app.send('GET', '/Role/ann-doctor'))
    assert.deepEqual(plain, { resourceType: 'Role', id: 'ann-doctor', ...doctor })
    const fhir = await jsonOf(app.send('GET', '/fhir/Role/ann-doctor'))
    assert.deepEqual(fhir.user, { reference: 'User/ann' })
    assert.deepEqual(fhir.links.practitionerRole, { reference: 'PractitionerRole/pr-1' })
  })

  test('is found by name and by user', async () => {
    for (const [query, names] of [
      ['name=doctor', ['doctor']],
      ['user=ann', ['doctor']],
      ['user=User/bob', ['nurse']],
      ['user=User/carl', []],
      ['.shift=night', ['doctor']],
    ] as const) {
      const { entry } = await jsonOf(app.send('GET', `/Role?${query}`))
      assert.deepEqual(
        entry.map(({ resource }: { resource: { name: string } }) => resource.name),
        names,
        query,
      )
    }
  })

  test('needs a name and a user, and links that point to what they are called', async () => {
    for (const [body, path] of [
      [{ user: doctor.user }, 'Role.name'],
      [{ name: 'doctor' }, 'Role.user'],
      [{ ...doctor, user: { resourceType: 'Client', id: 'x' } }, 'Role.user'],
      [{ ...doctor, links: { patient: doctor.user } }, 'Role.links.patient'],
      [{ ...doctor, context: 'ward' }, 'Role.context'],
    ] as const) {
      const refused = await app.send('PUT', '/Role/bad', body)
      assert.equal(refused.status, 422, path)
      assert.deepEqual((await jsonOf(refused)).issue[0].expression, [path])
    }
  })
})
