// The password grant beside the sign-in page: as slow, as silent, and with the same codes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postToken, SECRET } from '../support/oauth-client.ts'
import { listenHttp } from '../support/servers.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'
import type { StoredAppOptions } from '../support/stored-app.ts'

const start = async (options: StoredAppOptions = {}) => {
  const app = await startSignInApp(options)
  await app.addClient('native', { grant_types: ['password'] }, SECRET)
  await app.addUser({ id: 'ann' })
  const ask = (parameters: Readonly<Record<string, string>>) =>
    postToken(app, { grant_type: 'password', client_id: 'native', client_secret: SECRET, ...parameters })
  return { app, ask }
}

test('no wrong answer comes sooner than on the page, whatever is wrong', async () => {
  const waits: number[] = []
  const { ask } = await start({ pause: async (milliseconds) => void waits.push(milliseconds) })
  for (const [username, password] of [
    ['ann', 'wrong'],
    ['nobody', PASSWORD],
    ['ann ', 'wrong'],
  ] as const)
    assert.equal((await ask({ username, password })).body.error, 'invalid_grant')
  assert.deepEqual(waits, [1000, 1000, 1000])
  assert.equal((await ask({ username: 'ann', password: PASSWORD })).status, 200)
  assert.equal(waits.length, 3, 'a right one does not wait')
})

test('the webhook is sent the code when one is asked for, and not when it came along', async () => {
  const { app, ask } = await start()
  const codes: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    codes.push((JSON.parse(body) as { readonly token: string }).token)
    response.end('{}')
  })
  await app.sendCodesTo(`http://127.0.0.1:${port}/`)
  await app.enableTotp('ann')
  await ask({ username: 'ann', password: 'wrong' })
  assert.deepEqual(codes, [], 'nothing for a wrong password')
  const { body } = await ask({ username: 'ann', password: PASSWORD })
  assert.equal(body.mfa_required, true)
  assert.deepEqual(codes, [app.code()])
  assert.equal((await ask({ mfa_token: String(body.mfa_token), totp: codes[0] ?? '' })).status, 200)
  app.clock.advance(60_000)
  assert.equal((await ask({ username: 'ann', password: PASSWORD, totp: app.code() })).status, 200)
  assert.equal(codes.length, 1)
})

test('a webhook that is down refuses nobody who has the code', async () => {
  const { app, ask } = await start()
  await app.sendCodesTo('http://127.0.0.1:1/')
  await app.enableTotp('ann')
  const { body } = await ask({ username: 'ann', password: PASSWORD })
  assert.equal(body.mfa_required, true)
  assert.equal((await ask({ mfa_token: String(body.mfa_token), totp: app.code() })).status, 200)
})

test('an mfa_token is over when the password or the second factor changed, or the user may not sign in', async () => {
  const { app, ask } = await start()
  await app.enableTotp('ann')
  const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['other password', () => app.rest('PATCH', '/User/ann', { password: 'another password' })],
    ['factor off', () => app.disableTotp('ann')],
    ['factor on again', () => app.enableTotp('ann')],
  ]
  for (const [name, change] of changes) {
    app.clock.advance(60_000)
    const password = name === 'other password' ? PASSWORD : 'another password'
    const asked = await ask({ username: 'ann', password })
    await change()
    if (asked.body.mfa_token === undefined) continue
    const done = await ask({ mfa_token: String(asked.body.mfa_token), totp: app.code() })
    assert.deepEqual([done.status, done.body.error], [400, 'invalid_grant'], name)
  }
  app.clock.advance(60_000)
  const asked = await ask({ username: 'ann', password: 'another password' })
  assert.equal(asked.body.mfa_required, true)
  await app.rest('PATCH', '/User/ann', { inactive: true })
  const done = await ask({ mfa_token: String(asked.body.mfa_token), totp: app.code() })
  assert.deepEqual([done.status, done.body.error], [400, 'invalid_grant'])
})

test('nothing of it may be in the URL', async () => {
  const { app } = await start()
  for (const name of ['username', 'password', 'totp', 'token', 'mfa_token', 'subject_token']) {
    const response = await app.fetch(
      new Request(`${app.url}/auth/token?${name}=x`, { method: 'POST', body: new URLSearchParams() }),
    )
    assert.equal(response.status, 400)
    assert.match(await response.text(), new RegExp(`${name}.*never in the URL`))
  }
})
