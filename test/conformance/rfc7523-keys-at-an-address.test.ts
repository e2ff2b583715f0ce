// RFC 7591 §2 jwks_uri, OpenID Connect Core §10.1.1: a client publishes its keys and rotates them as it likes.
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { before, beforeEach, describe, test } from 'node:test'
import type { ClientKey } from '../support/client-assertion.ts'
import { askWith, assertRefused, newClientKey, signAssertion } from '../support/client-assertion.ts'
import { listenHttp, listenTcp, portWithoutListener } from '../support/servers.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const SERVICE = { grant_types: ['client_credentials'] }

describe('RFC 7523 with keys at jwks_uri', () => {
  let app: StoredApp
  let one: ClientKey
  let two: ClientKey
  let uri: string
  let asked = 0
  let startedAt: Date
  let answer: (response: ServerResponse, request: IncomingMessage) => unknown
  const publish = (...keys: readonly ClientKey[]): void => {
    answer = (response) => response.end(JSON.stringify({ keys: keys.map((key) => key.publicJwk) }))
  }
  before(async () => {
    app = await startStoredApp()
    ;[one, two] = await Promise.all([newClientKey('ES256', 'one'), newClientKey('RS256', 'two')])
    const port = await listenHttp((request, response) => {
      asked += 1
      return answer(response, request)
    })
    uri = `http://127.0.0.1:${port}`
  })
  // NOTE: wrong ones are counted per network and minute; each test has an address of its own.
  beforeEach(async (context) => {
    app.clock.advance(61_000)
    asked = 0
    startedAt = app.clock.now()
    publish(one)
    await app.addClient('service', { ...SERVICE, jwks_uri: `${uri}/${encodeURIComponent(context.name)}` })
  })
  const ask = async (key: ClientKey) => askWith(app, await signAssertion(app, key, 'service'))
  /** What this test has in the audit log of keys that could not be had, and why. */
  const recorded = async (why: string) =>
    app.database.all<{ client_id: string | null }>(
      app.database.sql
        .selectFrom('audit_event')
        .select('client_id')
        .where('reason', '=', 'keys-unavailable')
        .where('at', '>=', startedAt.getTime())
        .where('detail', '=', JSON.stringify({ jwks: why })),
    )
  const unavailable = async (key: ClientKey, why: string) => {
    const refused = await ask(key)
    assert.deepEqual([refused.status, refused.body.error], [401, 'invalid_client'])
    assert.match(String(refused.body.error_description), /jwks_uri/)
    assert.deepEqual(await recorded(why), [{ client_id: 'service' }])
  }

  test('the keys are fetched once and kept', async () => {
    for (let count = 0; count < 3; count += 1) assert.equal((await ask(one)).status, 200)
    assert.equal(asked, 1)
  })

  test('a new key works at once, beside the old one and without it', async () => {
    assert.equal((await ask(one)).status, 200)
    publish(one, two)
    assert.equal((await ask(two)).status, 200)
    assert.equal((await ask(one)).status, 200)
    assert.equal(asked, 2)
    publish(two)
    app.clock.advance(300_000)
    assert.equal((await ask(two)).status, 200)
    await assertRefused(app, await ask(one), 'foreign-kid', 'service')
  })

  test('strangers who name keys that do not exist have them fetched once in 30 seconds', async () => {
    assert.equal((await ask(one)).status, 200)
    for (let count = 0; count < 10; count += 1) {
      const stranger = await newClientKey('ES256', `guess-${count}`)
      await assertRefused(app, await ask(stranger), 'foreign-kid', 'service')
    }
    assert.equal(asked, 2)
    assert.equal((await ask(one)).status, 200)
  })

  test('a key under the kid of a published one, signed by another, is no key of the client', async () => {
    const thief = await newClientKey('ES256', 'one')
    await assertRefused(app, await ask(thief), 'bad-signature', 'service')
  })

  test('a server that does not answer costs three seconds once, and everybody waits together', async () => {
    const port = await listenTcp(() => {})
    await app.addClient('service', { ...SERVICE, jwks_uri: `http://127.0.0.1:${port}/hang` })
    const started = performance.now()
    await Promise.all([unavailable(one, 'timeout'), unavailable(one, 'timeout'), unavailable(one, 'timeout')])
    const waited = performance.now() - started
    assert.ok(waited >= 2900 && waited < 9000, `${waited} ms`)
    await unavailable(one, 'timeout')
    assert.ok(performance.now() - started - waited < 2000, 'the next is not kept waiting')
  })

  test('that keys cannot be had is recorded once an hour for each network', async () => {
    const port = await portWithoutListener()
    await app.addClient('service', { ...SERVICE, jwks_uri: `http://127.0.0.1:${port}/hourly` })
    for (let count = 0; count < 3; count += 1) await unavailable(one, 'connection-failed')
    app.clock.advance(3600_000)
    assert.equal((await ask(one)).status, 401)
    assert.equal((await recorded('connection-failed')).length, 2)
  })

  const ODD: Readonly<Record<string, readonly [typeof answer, why: string]>> = {
    huge: [(response) => response.end(`{"keys":[],"x":"${'x'.repeat(5_000_000)}"}`), 'too-large'],
    redirecting: [
      (response) => response.writeHead(302, { location: `${uri}/elsewhere` }).end(),
      'status-302',
    ],
    garbled: [(response) => response.end('<html>'), 'no-key-set'],
    'without keys': [(response) => response.end('{}'), 'no-key-set'],
    failing: [(response) => response.writeHead(500).end('secret of the client'), 'status-500'],
    'breaking off': [(response) => response.destroy(), 'connection-failed'],
  }
  for (const [what, [behave, why]] of Object.entries(ODD))
    test(`a server that is ${what} means that nobody gets in, and works again when it does`, async () => {
      const { publicJwk } = one
      answer = behave
      await unavailable(one, why)
      assert.equal(asked, 1)
      answer = (response) => response.end(JSON.stringify({ keys: [publicJwk] }))
      app.clock.advance(5000)
      assert.equal((await ask(one)).status, 200)
    })

  test('private, symmetric, small and broken keys of the set are passed over', async () => {
    answer = (response) =>
      response.end(
        JSON.stringify({
          keys: [{ ...one.publicJwk, d: 'AAAA' }, { kty: 'oct', k: 'AAAA', kid: 'one' }, null, two.publicJwk],
        }),
      )
    await assertRefused(app, await ask(one), 'foreign-kid', 'service')
    assert.equal((await ask(two)).status, 200)
  })

  test('an address where clouds keep credentials, and one where nobody listens, are not reached', async () => {
    await app.addClient('service', { ...SERVICE, jwks_uri: 'http://169.254.169.254/latest/meta-data' })
    await unavailable(one, 'refused-address')
    const port = await portWithoutListener()
    await app.addClient('service', { ...SERVICE, jwks_uri: `http://127.0.0.1:${port}/` })
    await unavailable(one, 'connection-failed')
  })

  test('what is down is not the guess of anybody: sixty failures later others of the network get in', async () => {
    const port = await portWithoutListener()
    await app.addClient('down', { ...SERVICE, jwks_uri: `http://127.0.0.1:${port}/down` })
    for (let count = 0; count < 61; count += 1)
      assert.equal((await askWith(app, await signAssertion(app, one, 'down'))).status, 401)
    assert.equal((await ask(one)).status, 200)
  })
})
