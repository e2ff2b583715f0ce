import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInBrowser } from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'

const PATH = '/console/preview/sign-in'
const query = (theme: Readonly<Record<string, string>>) => `${PATH}?${new URLSearchParams(theme)}`

test('an administrator sees the login page as a theme makes it, framed by this server alone and sending nothing', async () => {
  const app = await startStoredApp()
  const admin = await signedInBrowser(app, 'admin')
  const theme = { title: 'my-app', brand: 'My <App>', styleUrl: 'https://my-app.example/auth.css' }
  const { status, headers, page } = await admin.send(query(theme))
  assert.equal(status, 200)
  assert.equal(page.querySelector('h1')?.text, 'my-app')
  assert.equal(page.querySelector('.cs-brand')?.text, 'My <App>')
  assert.equal(page.querySelectorAll('link[rel=stylesheet]').at(-1)?.getAttribute('href'), theme.styleUrl)
  assert.equal(page.querySelector('input[name=csrf]')?.getAttribute('value'), '')
  assert.equal(page.querySelector('[autofocus]'), null)
  assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN')
  const policy = headers.get('content-security-policy')?.split('; ') ?? []
  for (const directive of [
    "style-src 'self' https://my-app.example",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin',
  ])
    assert(policy.includes(directive), directive)
  const plain = await admin.send(`${PATH}?title=&brand=&styleUrl=`)
  assert.equal(plain.page.querySelector('h1')?.text, 'Countersign')
  const named = await admin.send(`${PATH}?brand=My+clinic`)
  assert.equal(named.page.querySelector('h1')?.text, 'My clinic')
  assert.equal(named.page.querySelector('title')?.text, 'Log in · My clinic')
  assert.equal(named.page.querySelector('.cs-brand'), null)
  assert.equal((await admin.send(`${PATH}?brand=/logo.svg`)).page.querySelector('h1')?.text, 'Countersign')
})

test('what no AuthConfig may hold is not shown either', async () => {
  const app = await startStoredApp()
  const admin = await signedInBrowser(app, 'admin')
  for (const theme of [
    { styleUrl: 'http://elsewhere.example/a.css' },
    { styleUrl: 'https://a.example;script-src/x' },
    { styleUrl: 'javascript:alert(1)' },
    { brand: 'data:text/html,x' },
    { title: 'x'.repeat(201) },
  ]) {
    const { status, headers } = await admin.send(query(theme))
    assert.equal(status, 422, JSON.stringify(theme))
    assert.match(headers.get('content-security-policy') ?? '', /style-src 'self';.*frame-ancestors 'none'/)
  }
  for (const wrong of ['forgotPasswordUrl=https://x.example', 'title=a&title=b', 'x=1'])
    assert.equal((await admin.send(`${PATH}?${wrong}`)).status, 400, wrong)
})

test('nobody else finds it, and it is no page that other pages can frame', async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  const ann = await signedInBrowser(app, 'ann')
  assert.equal((await ann.send(PATH)).status, 404)
  assert.equal((await app.person().send(PATH)).status, 401)
  assert.equal((await app.rest('GET', PATH)).status, 401)
  const login = await app.person().send('/auth/login')
  assert.equal(login.headers.get('x-frame-options'), 'DENY')
  assert.match(login.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})

test('no other site leads an administrator there, with styles of its own choice', async () => {
  const app = await startStoredApp()
  const admin = await signedInBrowser(app, 'admin')
  const from = async (site: string) => {
    const headers = { cookie: `ASID=${admin.cookies.get('ASID')}`, 'sec-fetch-site': site }
    return app.fetch(
      new Request(`${app.url}${query({ styleUrl: 'https://evil.example/a.css' })}`, { headers }),
    )
  }
  for (const site of ['cross-site', 'same-site']) {
    const response = await from(site)
    assert.equal(response.status, 403, site)
    assert.doesNotMatch(response.headers.get('content-security-policy') ?? '', /evil/)
  }
  for (const site of ['same-origin', 'none']) assert.equal((await from(site)).status, 200, site)
})
