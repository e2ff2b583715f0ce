// @auth/core, the engine of Auth.js, with an OpenID Connect provider of five lines: issuer, client and secret.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AuthConfig } from '@auth/core'
import { Auth } from '@auth/core'
import type { Person } from '../support/person.ts'
import { createPerson } from '../support/person.ts'
import { confidential } from '../support/relying-party.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

/** Its handler takes and gives web requests: no server is needed. */
const APPLICATION = 'https://app.example.org'
const REDIRECT_URI = `${APPLICATION}/auth/callback/countersign`

describe('@auth/core', () => {
  let site: TlsSite
  let config: AuthConfig
  before(async () => {
    site = await startTlsSite()
    await site.addClient('authjs', confidential({ redirect_uri: REDIRECT_URI }))
    config = {
      secret: 'a secret of the tests, of thirty-two bytes or more',
      trustHost: true,
      basePath: '/auth',
      providers: [
        {
          id: 'countersign',
          name: 'Countersign',
          type: 'oidc',
          issuer: site.url,
          clientId: 'authjs',
          clientSecret: CLIENT_SECRET,
          checks: ['pkce', 'state', 'nonce'],
          idToken: false,
        },
      ],
    }
  })

  /** A browser at the application, sent to the provider by its sign-in button. */
  const begin = async (): Promise<{ readonly tab: Person; readonly location: string }> => {
    const tab = createPerson(APPLICATION, (request) => Auth(request, config))
    const button = await tab.visit('/auth/signin')
    const { location = '' } = await tab.submit(button, {}, '/signin/countersign')
    return { tab, location }
  }

  test('signs a user with a second factor in by discovery, PKCE, state and nonce, and reads userinfo', async () => {
    await site.addUser('ada', { email: 'ada@example.org', name: { formatted: 'Ada Lovelace' } })
    const { tab, location } = await begin()
    assert.equal(new URL(location).origin, site.url)
    const back = await site.signIn(site.person(), location, 'ada')
    const { pathname, search } = new URL(back.location ?? '')
    const done = await tab.send(`${pathname}${search}`)
    assert.equal(done.location, APPLICATION)
    const { user } = JSON.parse((await tab.visit('/auth/session')).body)
    assert.deepEqual(user, { name: 'Ada Lovelace', email: 'ada@example.org' })
  })
})
