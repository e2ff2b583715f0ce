import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import { SEED_CLIENT } from '../support/seed.ts'
import { startTestApp } from '../support/test-app.ts'

const SECRET_KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

test('the log line of a request names the user or client it was from, once that is proven', async () => {
  const server = await startTestApp()
  const { clock, log } = server
  /** Who the log says sent the latest request of a path. */
  const actorAt = (path: string) => {
    const fields = log.findLast((line) => line.message === 'request' && line.fields.path === path)?.fields
    return { userId: fields?.userId, clientId: fields?.clientId }
  }
  const nobody = { userId: undefined, clientId: undefined }
  const ann = { userId: 'ann', clientId: undefined }

  await server.rest('PUT', '/Client/mywebapp', SEED_CLIENT)
  assert.deepEqual(actorAt('/Client/mywebapp'), { userId: undefined, clientId: 'root' })
  await server.rest('PUT', '/User/ann', {
    password: 'password',
    twoFactor: { enabled: true, secretKey: SECRET_KEY },
  })
  await server.rest('GET', '/User/wrong', undefined, { authorization: 'Basic cm9vdDp3cm9uZw==' })
  assert.deepEqual(actorAt('/User/wrong'), nobody)

  const person = server.person()
  const login = await person.visit('/auth/login?client_id=mywebapp&response_type=code')
  await person.submit(login, { username: 'ann', password: 'wrong' })
  assert.deepEqual(actorAt('/auth/login'), nobody)
  const codePage = await person.follow(await person.submit(login, { username: 'ann', password: 'password' }))
  assert.deepEqual(actorAt('/auth/login'), ann)
  const token = await oathtoolCode(SECRET_KEY, clock.now())
  const done = await person.submit(codePage, { token })
  assert.deepEqual(actorAt('/auth/login/2fa/confirm'), ann)
  await person.visit('/auth/two-factor')
  assert.deepEqual(actorAt('/auth/two-factor'), ann)

  const redeem = (secret: string) => {
    const code = new URL(done.location ?? '').searchParams.get('code') ?? ''
    const body = { grant_type: 'authorization_code', code, client_id: 'mywebapp', client_secret: secret }
    const headers = { 'content-type': 'application/json' }
    const url = `${server.url}/auth/token`
    return server.fetch(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }))
  }
  assert.equal((await redeem('wrong')).status, 401)
  assert.deepEqual(actorAt('/auth/token'), nobody)
  const { access_token } = (await (await redeem('verysecret')).json()) as { readonly access_token: string }
  assert.deepEqual(actorAt('/auth/token'), { userId: undefined, clientId: 'mywebapp' })
  await server.rest('GET', '/auth/userinfo', undefined, { authorization: `Bearer ${access_token}` })
  assert.deepEqual(actorAt('/auth/userinfo'), { userId: 'ann', clientId: 'mywebapp' })
  await server.rest('GET', '/User/ann', undefined, { authorization: `Bearer ${access_token}` })
  assert.deepEqual(actorAt('/User/ann'), { userId: 'ann', clientId: 'mywebapp' }, 'although refused')
})
