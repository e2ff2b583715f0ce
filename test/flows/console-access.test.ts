import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInBrowser } from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'

const PATHS = [
  '/console',
  '/console/users/ann',
  '/console/index.html',
  '/console/icon.svg',
  '/console/assets/x.js',
]

test('who is not signed in is sent to the login page and comes back to where they wanted to go', async () => {
  const app = await startStoredApp()
  const get = (path: string) => app.fetch(new Request(`http://localhost:8080${path}`))
  const answer = await get('/console/users/ann')
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('location'), '/auth/login?redirect_to=%2Fconsole%2Fusers%2Fann')
  const found = await get('/console/audit?user=ann&event=sign-in%20x')
  const login = new URL(found.headers.get('location') ?? '', app.url)
  assert.equal(login.searchParams.get('redirect_to'), '/console/audit?user=ann&event=sign-in%20x')
  for (const path of ['/console/icon.svg', '/console/assets/x.js'])
    assert.equal((await get(path)).status, 404, path)
})

test('somebody who is no administrator finds nothing at any address of the console', async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  const browser = await signedInBrowser(app, 'ann')
  for (const path of PATHS) assert.equal((await browser.send(path)).status, 404, path)
})

test('the landing page leads administrators to the console, and nobody else', async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  const landing = async (userId: string) => (await (await signedInBrowser(app, userId)).send('/')).page
  assert.equal((await landing('admin')).querySelector('.cs-menu-item')?.getAttribute('href'), '/console')
  assert.equal((await landing('ann')).querySelector('[href^="/console"]'), null)
})
