import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import { SEED_CLIENT, SEED_USER } from '../support/seed.ts'
import { portWithoutListener } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'

const APP = new URL('../../examples/app.ts', import.meta.url).pathname
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('the example application', () => {
  let countersign: TestApp
  let appUrl: string
  let stop = () => {}

  before(async () => {
    countersign = await startTestServer()
    const port = await portWithoutListener()
    appUrl = `http://localhost:${port}`
    const client = SEED_CLIENT.replace('http://localhost:3001', appUrl)
    assert.equal((await countersign.rest('PUT', '/Client/mywebapp', client)).status, 201)
    assert.equal((await countersign.rest('PUT', '/User/my-user', SEED_USER)).status, 201)
    const env = { PATH: process.env.PATH, COUNTERSIGN_URL: countersign.url, PORT: String(port) }
    const child = spawn(process.execPath, [APP], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    stop = () => child.kill()
    await once(child.stdout, 'data')
  })
  after(() => stop())

  /** A browser at the application: its cookie, no redirect followed. */
  const browse = () => {
    let cookie = ''
    return async (path: string) => {
      const response = await fetch(new URL(path, appUrl), { redirect: 'manual', headers: { cookie } })
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
      return {
        status: response.status,
        location: response.headers.get('location') ?? '',
        text: await response.text(),
      }
    }
  }

  test('sends the visitor to sign in with two factors and greets whom it gets back', async () => {
    const twoFactor = { enabled: true, secretKey: SECRET }
    assert.equal(
      (await countersign.rest('PATCH', '/User/my-user', { twoFactor, displayName: 'Mia' })).status,
      200,
    )
    const visit = browse()
    const away = await visit('/')
    assert.equal(away.status, 303)
    const person = countersign.person()
    const login = await person.visit(away.location)
    const codePage = await person.follow(
      await person.submit(login, { username: 'my-user', password: 'password' }),
    )
    const token = await oathtoolCode(SECRET, countersign.clock.now())
    const back = await person.submit(codePage, { token })
    assert.match(back.location ?? '', new RegExp(`^${appUrl}\\?code=`))
    assert.equal((await visit(back.location ?? '')).location, `${appUrl}/`)
    assert.equal((await visit('/')).text, 'Hello, Mia!')
  })

  test('does not believe a code that it did not ask for', async () => {
    const visit = browse()
    await visit('/')
    const forged = await visit(`/?code=x&state=y&iss=${encodeURIComponent(countersign.url)}`)
    assert.equal(forged.status, 400)
    assert.match(forged.text, /^Not signed in: /)
  })
})
