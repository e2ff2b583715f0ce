// Apache with mod_auth_openidc, a certified relying party, as it is packaged, and a real browser between it and us.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Apache } from '../support/apache.ts'
import { apacheAddress, startApache } from '../support/apache.ts'
import { launchChromium } from '../support/chromium.ts'
import { confidential } from '../support/relying-party.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('Apache with mod_auth_openidc', () => {
  let site: TlsSite
  let browser: Browser
  let apache: Apache
  before(async () => {
    site = await startTlsSite()
    const address = await apacheAddress()
    await site.addClient('apache', confidential({ redirect_uri: address.redirectUri, refresh_token: false }))
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

  test('lets a browser in after password and code, and knows who it is', async () => {
    await site.addUser('ada', { email: 'ada@example.org' })
    const page = await (await browser.newContext()).newPage()
    await signIn(page, 'ada')
    assert.equal(await page.locator('h1').textContent(), 'Protected', apache.log())
    assert.equal(await page.locator('#user').textContent(), `ada@${new URL(site.url).host}`)
    assert.equal(await page.locator('#email').textContent(), 'ada@example.org')
    assert.doesNotMatch(apache.log(), /\[auth_openidc:(error|warn)\]/)
  })
})
