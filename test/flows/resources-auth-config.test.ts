import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCurrentAuthPolicy } from '../../src/auth-config/current-auth-policy.ts'
import { jsonOf, startRest } from '../support/rest.ts'

const start = async () => {
  const app = await startRest()
  const warnings: string[] = []
  const currentPolicy = createCurrentAuthPolicy({ ...app.stores, warn: (message) => warnings.push(message) })
  return { ...app, currentPolicy, warnings }
}

const webhookOf = (webhook: object) => ({ twoFactor: { webhook } })

test('the newest AuthConfig is in force from the next request on, and deleting it brings back the one before', async () => {
  const { send, currentPolicy, warnings } = await start()
  assert.deepEqual(await currentPolicy(), {
    theme: { title: 'Countersign', brand: undefined, styleUrl: undefined, forgotPasswordUrl: undefined },
    issuerName: 'Countersign',
    validPastTokensCount: 1,
    webhook: undefined,
    sessionSeconds: 432_000,
  })
  await send('PUT', '/AuthConfig/a', { theme: { title: 'A', brand: 'Acme' }, asidCookieMaxAge: 60 })
  assert.deepEqual((await currentPolicy()).theme.brand, { kind: 'text', text: 'Acme' })
  assert.equal((await currentPolicy()).sessionSeconds, 60)
  assert.equal(warnings.length, 0)
  await send('PUT', '/AuthConfig/b', {
    theme: { title: 'B', brand: '/logo.svg' },
    twoFactor: { validPastTokensCount: 0 },
  })
  assert.equal((await currentPolicy()).theme.title, 'B')
  assert.deepEqual((await currentPolicy()).theme.brand, { kind: 'image', url: '/logo.svg' })
  assert.equal((await currentPolicy()).validPastTokensCount, 0)
  assert.match(warnings.join(), /AuthConfig\/b is in force/)
  await send('PUT', '/AuthConfig/a', { theme: { title: 'A2' } })
  assert.equal((await currentPolicy()).theme.title, 'A2')
  await send('DELETE', '/AuthConfig/a')
  assert.equal((await currentPolicy()).theme.title, 'B')
})

test('webhook headers reach the webhook and nobody else; *** keeps what is stored, for the same origin', async () => {
  const { send, currentPolicy, database } = await start()
  const endpoint = 'https://hook.example/code'
  const headers = { Authorization: 'Bearer hook-secret', 'X-Team': 'one' }
  const created = await send('PUT', '/AuthConfig/a', webhookOf({ endpoint, timeout: 60_000, headers }))
  const masked = { Authorization: '***', 'X-Team': '***' }
  const document = await jsonOf(created)
  assert.deepEqual(document.twoFactor.webhook.headers, masked)
  assert.deepEqual((await currentPolicy()).webhook, {
    endpoint,
    timeoutMilliseconds: 10_000,
    headers,
    when: 'always',
  })
  const rows = await database.all<{ value: string }>(database.sql.selectFrom('webhook_header').selectAll())
  assert.doesNotMatch(JSON.stringify(rows), /hook-secret|one/)

  const roundTrip = await send('PUT', '/AuthConfig/a', document)
  assert.equal(roundTrip.headers.get('etag'), created.headers.get('etag'))
  const other = 'https://hook.example/other'
  await send(
    'PUT',
    '/AuthConfig/a',
    webhookOf({ endpoint: other, headers: { authorization: '***', 'X-Team': 'two' } }),
  )
  assert.deepEqual((await currentPolicy()).webhook?.headers, {
    authorization: 'Bearer hook-secret',
    'X-Team': 'two',
  })

  const stolen = await send('PATCH', '/AuthConfig/a', webhookOf({ endpoint: 'https://evil.example/' }))
  assert.equal(stolen.status, 422)
  assert.equal((await send('PUT', '/AuthConfig/b', webhookOf({ endpoint, headers: masked }))).status, 422)
  await send('PATCH', '/AuthConfig/a', webhookOf({ headers: { 'X-Team': null } }))
  assert.deepEqual((await currentPolicy()).webhook?.headers, { authorization: 'Bearer hook-secret' })
  await send('PUT', '/AuthConfig/a', webhookOf({ endpoint }))
  assert.deepEqual((await currentPolicy()).webhook?.headers, {})
})

test('an AuthConfig that makes no sense is refused when it is written', async () => {
  const { send } = await startRest()
  const endpoint = 'https://hook.example/'
  const header = (name: string, value: string) => webhookOf({ endpoint, headers: { [name]: value } })
  const nonsense: readonly object[] = [
    ...[
      'ftp://x',
      'file:///etc/passwd',
      '/hook',
      'https://u:p@x/',
      'http://169.254.169.254/',
      'http://2852039166/',
      'http://[fe80::1]/',
      'http://[::ffff:169.254.169.254]/',
      'http://x y/',
      'http://',
      '',
    ].map((url) => webhookOf({ endpoint: url })),
    ...[-1, 0, 1.5, 1e12, '500', 60_001].map((timeout) => webhookOf({ endpoint, timeout })),
    webhookOf({ timeout: 5 }),
    webhookOf({ endpoint, when: 'sometimes' }),
    header('X', 'a\r\nEvil: 1'),
    header('X', 'a\u0007'),
    header('X', 'ü'),
    header('X\r\nEvil', '1'),
    header('Host', 'x'),
    header('content-LENGTH', '1'),
    header('Transfer-Encoding', 'x'),
    header('Connection', 'x'),
    header('X', 'x'.repeat(4097)),
    webhookOf({ endpoint, headers: { X: 1 } }),
    webhookOf({ endpoint, headers: { X: '1', x: '2' } }),
    webhookOf({ endpoint, headers: ['X: 1'] }),
    ...[-1, 1.5, 1e9, 21, '3'].map((count) => ({ twoFactor: { validPastTokensCount: count } })),
    { twoFactor: { issuerName: 'a:b' } },
    { twoFactor: { issuerName: 'x'.repeat(201) } },
    ...[59, 0, -5, 31_536_001, 1.5].map((seconds) => ({ asidCookieMaxAge: seconds })),
    ...[
      'javascript:alert(1)',
      'http://evil.example/x.css',
      '//evil.example/x.css',
      '/\\evil.example',
      'data:text/css,x',
      'https://x/"><script>',
      "https://x/'; script-src *",
      'x.css',
      'https://u:p@x/',
    ].map((styleUrl) => ({ theme: { styleUrl } })),
    { theme: { title: 'x'.repeat(201) } },
    { theme: { brand: 'data:text/html,<script>' } },
    { theme: { brand: 'https://x/ y.png' } },
    { theme: { forgotPasswordUrl: 'javascript:alert(1)' } },
  ]
  for (const body of nonsense) {
    const response = await send('PUT', '/AuthConfig/a', body)
    assert.equal(response.status, 422, JSON.stringify(body).slice(0, 200))
  }
  const sound = {
    theme: {
      styleUrl: 'http://localhost:9000/x.css',
      brand: '<b>"Bold" & Co</b>',
      forgotPasswordUrl: '/help',
    },
    twoFactor: {
      webhook: { endpoint: 'http://10.0.0.5:9000/hook?x=1', timeout: 1 },
      validPastTokensCount: 20,
    },
  }
  assert.equal((await send('PUT', '/AuthConfig/a', sound)).status, 201)
})

test('a stored AuthConfig that cannot be read stops sign-ins instead of weakening them', async () => {
  const { send, currentPolicy, database } = await start()
  const headers = { X: 'secret' }
  await send('PUT', '/AuthConfig/a', webhookOf({ endpoint: 'https://hook.example/', headers }))
  await database.transact([
    database.step(database.sql.updateTable('webhook_header').set({ value: 'v1.00000000.AAAA' })),
  ])
  await assert.rejects(currentPolicy(), { name: 'Problem', message: /AuthConfig\/a cannot be read/ })
})
