// Apache with mod_auth_openidc, a certified relying party, as it is packaged, and a real browser between it and us.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Apache } from '../support/apache.ts'
import { apacheAddress, startApache } from '../support/apache.ts'
import { launchChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { confidential } from '../support/relying-party.ts'
import { CLIENT_HOST } from '../support/tls-authority.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('Apache with mod_auth_openidc', () => {
  let site: TlsSite
  let browser: Browser
  let apache: Apache
  before(async () => {
    site = await startTlsSite()
    const address = await apacheAddress()
    await site.addClient(
      'apache',
      confidential(
        { redirect_uri: address.redirectUri, refresh_token: false },
        {
          post_logout_redirect_uris: [`${address.url}/`],
          backchannel_logout_uri: `${address.redirectUri}?logout=backchannel`,
        },
      ),
    )
    apache = await startApache(address, site.authority, {
      OIDCProviderMetadataURL: `${site.url}/.well-known/openid-configuration`,
      OIDCClientID: 'apache',
      OIDCClientSecret: CLIENT_SECRET,
      OIDCScope: '"openid profile email"',
      OIDCPKCEMethod: 'S256',
      OIDCProviderTokenEndpointAuth: 'client_secret_basic',
    })
    browser = await launchChromium(site.authority.caFile)
  })
  after(() => browser?.close())

  const signIn = async (page: Page, userId: string): Promise<void> => {
    await page.goto(`${apache.url}/protected/`)
    assert.equal(new URL(page.url()).origin, site.url)
    await page.getByLabel('Username or Email').fill(userId)
    await page.getByLabel('Password').fill(site.password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByLabel('Authentication code').fill(site.code())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${apache.url}/**`)
  }

  const enter = async (page: Page): Promise<string> => {
    await page.goto(`${apache.url}/protected/`)
    return new URL(page.url()).origin
  }

  test('lets a browser in after password and code, and knows who it is', async () => {
    await site.addUser('ada', { email: 'ada@example.org' })
    const page = await (await browser.newContext()).newPage()
    await signIn(page, 'ada')
    assert.equal(await page.locator('h1').textContent(), 'Protected', apache.log())
    assert.equal(await page.locator('#user').textContent(), `ada@${new URL(site.url).host}`)
    assert.equal(await page.locator('#email').textContent(), 'ada@example.org')
    assert.doesNotMatch(apache.log(), /\[auth_openidc:(error|warn)\]/)
  })

  test('is entered without a page while the browser is signed in, and signs out at both ends', async () => {
    await site.addUser('bob')
    const context = await browser.newContext()
    const page = await context.newPage()
    await signIn(page, 'bob')
    await context.clearCookies({ domain: CLIENT_HOST })
    assert.equal(await enter(page), apache.url)
    await page.getByRole('link', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Signed out' }).waitFor()
    assert.equal(page.url(), `${apache.url}/`)
    assert.equal(await enter(page), site.url)
    await page.getByLabel('Password').waitFor()
  })

  test('is signed out behind the back of the browser when the session ends at the provider', async () => {
    await site.addUser('eve')
    const context = await browser.newContext()
    const page = await context.newPage()
    await signIn(page, 'eve')
    const { status } = await site.rest('PUT', '/User/eve', { inactive: true })
    assert.equal(status, 200)
    await eventually(async () => (await enter(page)) === site.url)
  })
})
