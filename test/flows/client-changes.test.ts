// What an administrator changes of a client counts for the tokens it has already.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORM, startTarget } from '../support/attack.ts'
import { answerOf } from '../support/oauth-client.ts'

const OAUTH = '/auth/authorize?client_id=mywebapp&response_type=code'

const start = async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const browser = target.person()
  await target.logIn(browser, 'ann')
  const token = async (parameters: Readonly<Record<string, string>>) => {
    const response = await target.fetch(
      new Request(new URL('/auth/token', target.url), {
        method: 'POST',
        headers: { 'content-type': FORM },
        body: new URLSearchParams({
          client_id: 'mywebapp',
          client_secret: 'verysecret',
          ...parameters,
        }).toString(),
      }),
    )
    return (await response.json()) as Record<string, string | undefined>
  }
  const issue = async (scope: string) => {
    const { location } = await browser.send(`${OAUTH}&scope=${encodeURIComponent(scope)}`)
    return token({ grant_type: 'authorization_code', code: answerOf(location).get('code') ?? '' })
  }
  const refresh = (from: Record<string, string | undefined>, more = {}) =>
    token({ grant_type: 'refresh_token', refresh_token: from.refresh_token ?? '', ...more })
  const change = (patch: object) => target.rest('PATCH', '/Client/mywebapp', patch)
  return { browser, change, issue, refresh }
}

test('a client that loses the code flow refreshes no more', async () => {
  const { change, issue, refresh } = await start()
  const tokens = await issue('openid')
  await change({ grant_types: ['basic'] })
  assert.equal((await refresh(tokens)).error, 'unauthorized_client')
  await change({ grant_types: ['refresh_token'] })
  assert.equal((await refresh(tokens)).scope, 'openid')
})

test('a public client that is switched off gets nothing more', async () => {
  const { change, issue, refresh } = await start()
  const first = await issue('openid')
  await change({ auth: { authorization_code: { secret_required: false } } })
  const unproven = { client_secret: '' }
  const tokens = await refresh(first, unproven)
  assert.equal(tokens.scope, 'openid')
  await change({ active: false })
  assert.equal((await refresh(tokens, unproven)).error, 'invalid_client')
})

test('a refresh token goes by the flow that gave it, whatever another flow of the client may', async () => {
  const { change, issue, refresh } = await start()
  const tokens = await issue('openid')
  const open = { refresh_token: true, secret_required: false }
  await change({ grant_types: ['code', 'password'], auth: { password: open } })
  assert.equal((await refresh(tokens, { client_secret: '' })).error, 'invalid_client')
  await change({ grant_types: ['password'] })
  assert.equal((await refresh(tokens)).error, 'unauthorized_client')
})

test('a scope taken from a client is gone at its next refresh', async () => {
  const { change, issue, refresh } = await start()
  const tokens = await issue('openid email')
  await change({ scope: ['openid'] })
  assert.equal((await refresh(tokens, { scope: 'email' })).error, 'invalid_scope')
  const less = await refresh(tokens)
  assert.equal(less.scope, 'openid')
  await change({ scope: ['phone'] })
  assert.equal((await refresh(less)).error, 'invalid_scope')
  await change({ scope: null })
  assert.equal((await refresh(less)).scope, 'openid email', 'nothing was used up')
})

test('a client limited to scopes by reference, which do not exist yet, gets none instead of any', async () => {
  const { change, browser } = await start()
  await change({ 'allowed-scopes': [{ resourceType: 'Scope', id: 'x' }] })
  const asked = await browser.send(`${OAUTH}&scope=admin`)
  assert.equal(answerOf(asked.location).get('error'), 'invalid_scope')
  assert.ok(answerOf((await browser.send(OAUTH)).location).has('code'))
})

test('a request that waits in the browser is over when something was taken from its client', async () => {
  const { browser, change } = await start()
  const asked = `${OAUTH}&prompt=consent&scope=openid+email`
  await change({ first_party: false })
  const { location = '' } = await browser.send(asked)
  assert.match(location, /^\/auth\/grant\?request=/)
  const changes = [
    { active: false },
    { auth: { authorization_code: { redirect_uri: 'http://localhost:3001/other' } } },
    { grant_types: ['basic'] },
    { scope: ['openid'] },
    { auth: { authorization_code: { pkce: true } } },
  ]
  for (const patch of changes) {
    await change(patch)
    const name = JSON.stringify(patch)
    assert.equal((await browser.send(location)).status, 410, name)
    const next = location.replace('/auth/grant', '/auth/authorize/continue')
    assert.equal((await browser.send(next)).status, 410, name)
    await change(UNCHANGED)
    assert.equal((await browser.send(location)).status, 200, 'as it was')
  }
})

test('a request for tokens is over when the client may get none through the browser any more', async () => {
  const { browser, change } = await start()
  await change({ first_party: false, grant_types: ['code', 'implicit'] })
  const { location = '' } = await browser.send(OAUTH.replace('=code', '=code+token'))
  assert.equal((await browser.send(location)).status, 200)
  await change({ grant_types: ['code'] })
  assert.equal((await browser.send(location)).status, 410)
})

const UNCHANGED = {
  active: true,
  grant_types: ['code'],
  scope: null,
  auth: { authorization_code: { redirect_uri: 'http://localhost:3001', pkce: null } },
}
