import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { oathtoolCode } from '../support/authenticator.ts'
import { SEED_CLIENT, SEED_USER } from '../support/seed.ts'
import { startTestApp } from '../support/test-app.ts'

const AUTH_CONFIG = 'twoFactor:\n issuerName: my-app \n validPastTokensCount: 3 \n'

test('the story of the page: enable, sign in to the application, get tokens, disable', async () => {
  const server = await startTestApp()
  const { clock } = server
  assert.equal((await server.rest('PUT', '/AuthConfig/myconfig', AUTH_CONFIG)).status, 201)
  assert.equal((await server.rest('PUT', '/Client/mywebapp', SEED_CLIENT)).status, 201)
  assert.equal((await server.rest('PUT', '/User/my-user', SEED_USER)).status, 201)

  const person = server.person()
  const enablePage = await person.visit('/auth/two-factor/enable')
  assert.match(enablePage.url, /\/auth\/login\?redirect_to=/)
  const afterLogin = await person.submit(enablePage, { username: 'my-user', password: 'password' })
  assert.equal(afterLogin.status, 303)
  const enrol = await person.follow(afterLogin)
  const uri = enrol.page.querySelector('a[href^="otpauth://"]')?.getAttribute('href') ?? ''
  assert.match(uri, /^otpauth:\/\/totp\/my-app:my-user\?secret=[A-Z2-7]{32}&issuer=my-app$/)
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const enabled = await person.submit(enrol, { token: await oathtoolCode(secret, clock.now()) })
  assert.equal(enabled.location, '/auth/two-factor')
  const user = (await (await server.rest('GET', '/User/my-user')).json()) as { twoFactor: unknown }
  assert.deepEqual(user.twoFactor, { enabled: true })

  clock.advance(30_000)
  const other = server.person()
  const login = await other.visit('/auth/login?client_id=mywebapp&response_type=code&state=a%2Fb%20c')
  const codePage = await other.follow(
    await other.submit(login, { username: 'my-user', password: 'password' }),
  )
  assert.equal(codePage.url, `${server.url}/auth/login/2fa/confirm`)
  assert.equal(other.cookies.has('ASID'), false)
  const done = await other.submit(codePage, { token: await oathtoolCode(secret, clock.now()) })
  assert.equal(done.status, 303)
  const issuer = encodeURIComponent(server.url)
  assert.match(
    done.location ?? '',
    new RegExp(`^http://localhost:3001\\?code=[\\w-]{43}&state=a%2Fb%20c&iss=${issuer}$`),
  )
  assert.equal(other.cookies.has('ASID'), true)

  const redeem = async (grant: Record<string, string>) =>
    server.fetch(
      new Request(`${server.url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
      }),
    )
  const code = new URL(done.location ?? '').searchParams.get('code') ?? ''
  const answer = await redeem({ grant_type: 'authorization_code', code })
  assert.equal(answer.status, 200)
  const tokens = (await answer.json()) as Record<string, string> & { userinfo: Record<string, unknown> }
  assert.equal(tokens.expires_in, 360)
  assert.equal(tokens.userinfo.id, 'my-user')
  assert.equal(tokens.userinfo.password, undefined)
  const jwks = await (await server.fetch(new Request(`${server.url}/.well-known/jwks.json`))).json()
  const verified = await jwtVerify(tokens.access_token ?? '', createLocalJWKSet(jwks as never), {
    issuer: server.url,
    currentDate: clock.now(),
  })
  assert.equal((verified.payload.exp ?? 0) - (verified.payload.iat ?? 0), 360)
  assert.equal(verified.payload.sub, 'my-user')

  const refreshed = await redeem({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
  assert.equal(refreshed.status, 200)
  clock.advance(11_000)
  const again = await redeem({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
  assert.equal(again.status, 400)

  clock.advance(30_000)
  const disablePage = await person.visit('/auth/two-factor/disable')
  const disabled = await person.submit(disablePage, { token: await oathtoolCode(secret, clock.now()) })
  assert.equal(disabled.location, '/auth/two-factor')
  const after = (await (await server.rest('GET', '/User/my-user')).json()) as { twoFactor: unknown }
  assert.deepEqual(after.twoFactor, { enabled: false })
})
