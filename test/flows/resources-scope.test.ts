// Scope: what a scope is called where people are asked, and which ones a Client may ask for by reference.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { answerOf, authorizePath, redeem, SECRET, signedInBrowser, webapp } from '../support/oauth-client.ts'
import { jsonOf } from '../support/rest.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const orders = { scope: 'orders.read', title: 'See <b>your</b> orders', description: 'All of the last year.' }

describe('Scope', () => {
  let app: StoredApp
  const put = (id: string, body: object) => app.rest('PUT', `/Scope/${id}`, body)
  const consentPageFor = async (userId: string, scope: string) => {
    await app.addUser({ id: userId })
    const browser = await signedInBrowser(app, userId)
    return { browser, visit: await browser.visit(authorizePath({ scope })) }
  }
  before(async () => {
    app = await startStoredApp()
    assert.equal((await put('orders', orders)).status, 201)
    assert.equal((await put('invoices', { scope: 'invoices', title: 'Invoices' })).status, 201)
  })

  test('needs a scope and a title, and is the only one for its scope', async () => {
    for (const [body, path] of [
      [{ title: 'x' }, 'Scope.scope'],
      [{ scope: 'x' }, 'Scope.title'],
      [{ scope: 'a b', title: 'x' }, 'Scope.scope'],
      [{ scope: 'a"b', title: 'x' }, 'Scope.scope'],
      [{ scope: 'x', title: 'x', policy: 1 }, 'Scope.policy'],
    ] as const) {
      const refused = await put('bad', body)
      assert.equal(refused.status, 422, path)
      assert.deepEqual((await jsonOf(refused)).issue[0].expression, [path])
    }
    assert.equal((await put('again', orders)).status, 409)
    assert.equal((await jsonOf(app.rest('GET', '/Scope?.scope=orders.read'))).total, 1)
  })

  test('says on the consent page what is allowed, in words that cannot become markup', async () => {
    await app.addClient('mywebapp', webapp({}, { first_party: false }), SECRET)
    const { visit } = await consentPageFor('asked', 'orders.read other')
    assert.match(visit.body, /See &lt;b&gt;your&lt;\/b&gt; orders/)
    assert.match(visit.body, /All of the last year\./)
    assert.match(visit.body, /<bdi>other<\/bdi>/, 'one that no Scope describes stands there by name')
  })

  test('named in allowed-scopes is what the client may ask for, beside its own scope', async () => {
    const references = [{ resourceType: 'Scope', id: 'orders' }, { reference: 'Scope/missing' }]
    await app.addClient('mywebapp', webapp({}, { 'allowed-scopes': references, scope: ['own'] }), SECRET)
    const granted = async (userId: string) => {
      const { visit } = await consentPageFor(userId, 'orders.read invoices own')
      return (await redeem(app, answerOf(visit.location).get('code') ?? '')).body.scope
    }
    assert.equal(await granted('one'), 'orders.read own')
    assert.equal((await app.rest('DELETE', '/Scope/orders')).status, 200)
    assert.equal(await granted('two'), 'own', 'a Scope that is gone allows nothing')
    assert.equal((await put('orders', { ...orders, scope: 'invoices.all' })).status, 201)
    assert.equal((await put('invoices', { scope: 'orders.read', title: 'Orders' })).status, 200)
    assert.equal(await granted('three'), 'own', 'it is the Scope of that id, whatever its scope is now')
  })
})
