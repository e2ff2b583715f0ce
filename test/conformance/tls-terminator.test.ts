// Behind a TLS terminator: what browsers and applications see of the deployment that the handbook recommends.
import assert from 'node:assert/strict'
import { get } from 'node:https'
import { before, describe, test } from 'node:test'
import { getCACertificates } from 'node:tls'
import type { TlsSite } from '../support/tls-site.ts'
import { CALLBACK, CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('behind a TLS terminator', () => {
  let site: TlsSite
  before(async () => {
    site = await startTlsSite()
    await site.addUser('ada')
    await site.addClient('app', {
      secret: CLIENT_SECRET,
      first_party: true,
      grant_types: ['code'],
      auth: { authorization_code: { redirect_uri: CALLBACK } },
    })
  })

  test('whoever does not know the authority of the run is not fooled', async () => {
    const refused = new Promise((resolve, reject) => {
      get(site.url, { ca: [...getCACertificates('bundled')] }, resolve).on('error', reject)
    })
    await assert.rejects(refused, /certificate/)
  })

  test('every cookie is Secure, HttpOnly and SameSite=Lax', async () => {
    const browser = site.person()
    const seen: string[] = []
    const keep = async <T extends { readonly headers: Headers }>(visit: Promise<T>): Promise<T> => {
      const answer = await visit
      seen.push(...answer.headers.getSetCookie())
      return answer
    }
    const page = await keep(browser.send('/auth/login'))
    const entered = await keep(browser.submit(page, { username: 'ada', password: site.password }))
    const asked = await keep(browser.send(entered.location ?? ''))
    const done = await keep(browser.submit(asked, { token: site.code() }, '/confirm'))
    assert.equal(done.status, 303)
    assert.deepEqual([...new Set(seen.map((line) => line.slice(0, line.indexOf('='))))].sort(), [
      'ASDEV',
      'ASFLOW',
      'ASID',
      'ASTRY',
    ])
    for (const line of seen) assert.match(line, /; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  test('RFC 6797 §7.1: every answer carries Strict-Transport-Security', async () => {
    for (const path of [
      '/',
      '/auth/login',
      '/nowhere',
      '/auth/userinfo',
      '/.well-known/openid-configuration',
    ]) {
      const response = await fetch(new URL(path, site.url), { redirect: 'manual' })
      assert.match(response.headers.get('strict-transport-security') ?? '', /^max-age=\d{8}$/, path)
    }
  })

  test('links and redirects lead to the public address and never to the process behind it', async () => {
    const metadata: unknown = await (
      await fetch(new URL('/.well-known/openid-configuration', site.url))
    ).json()
    assert(!JSON.stringify(metadata).includes('http://'))
    const answer = await site.person().send('/auth/authorize?client_id=app&response_type=code')
    assert.equal(new URL(answer.location ?? '', site.url).origin, site.url)
  })
})
