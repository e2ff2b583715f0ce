import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import { commandsOf, linesOf, shell } from '../support/document-commands.ts'
import { SEED_AUTH_CONFIG } from '../support/seed.ts'
import { ROOT_SECRET, startTestServer } from '../support/test-app.ts'

test('the quick start works as it is typed', async () => {
  const server = await startTestServer()
  const { url, clock } = server
  const [setSecret, config, user, client, look, redeem, userinfo, refresh, ...rest] =
    commandsOf('docs/quick-start.md')
  assert.deepEqual(rest, [])
  const written = await shell(url, ROOT_SECRET, [setSecret, config, user, client])
  assert.deepEqual(
    linesOf(written).map(({ resourceType }) => resourceType),
    ['AuthConfig', 'User', 'Client'],
  )

  assert.equal(
    (await server.rest('PUT', '/AuthConfig/myconfig', SEED_AUTH_CONFIG)).status,
    200,
    'with the webhook',
  )

  const person = server.person()
  const login = await person.visit('/auth/two-factor/enable')
  const enrol = await person.follow(await person.submit(login, { username: 'my-user', password: 'password' }))
  const link = enrol.page.querySelector('a[href^="otpauth://"]')?.getAttribute('href') ?? ''
  const key = new URL(link).searchParams.get('secret') ?? ''
  await person.submit(enrol, { token: await oathtoolCode(key, clock.now()) })
  const [shown] = linesOf(await shell(url, ROOT_SECRET, [setSecret, look]))
  assert.deepEqual(shown?.twoFactor, { enabled: true })

  const arrived = await person.visit('/auth/login?client_id=mywebapp&response_type=code&state=abc')
  const code = new URL(arrived.location ?? '').searchParams.get('code') ?? ''
  const [tokens] = linesOf(await shell(url, code, [redeem]))
  assert.equal(tokens?.expires_in, 360)
  const [who] = linesOf(await shell(url, String(tokens?.access_token), [userinfo]))
  assert.equal(who?.sub, 'my-user')
  const [fresh] = linesOf(await shell(url, String(tokens?.refresh_token), [refresh]))
  assert.equal(typeof fresh?.access_token, 'string')
})

test('the first sign-in of the README works as it is typed', async () => {
  const { url } = await startTestServer()
  const commands = commandsOf('README.md')
  assert.equal(commands.length, 1)
  const written = linesOf(await shell(url, ROOT_SECRET, commands))
  assert.deepEqual(
    written.map(({ resourceType }) => resourceType),
    ['User', 'Client'],
  )
})
