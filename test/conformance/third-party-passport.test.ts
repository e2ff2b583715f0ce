// passport with passport-openidconnect in an express application, as its documentation shows it.
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { before, describe, test } from 'node:test'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-openidconnect'
import { createPerson } from '../support/person.ts'
import { confidential } from '../support/relying-party.ts'
import { CLIENT_HOST } from '../support/tls-authority.ts'
import { listenHttps } from '../support/tls-server.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

describe('passport with passport-openidconnect', () => {
  let site: TlsSite
  let url: string
  before(async () => {
    site = await startTlsSite()
    let listener: RequestListener | undefined
    const port = await listenHttps(site.authority, (request, response) => listener?.(request, response))
    url = `https://${CLIENT_HOST}:${port}`
    await site.addClient('express', confidential({ redirect_uri: `${url}/callback` }))
    listener = application({ issuer: site.url, url })
  })

  test('signs a user with a second factor in, with state and nonce in the session of the application', async () => {
    await site.addUser('ada', { email: 'ada@example.org', name: { formatted: 'Ada Lovelace' } })
    const tab = createPerson(url, (request) => fetch(request))
    const asked = await tab.send('/login')
    assert.equal(asked.status, 302)
    assert.equal(new URL(asked.location ?? '').origin, site.url)
    const back = await site.signIn(site.person(), asked.location ?? '', 'ada')
    const { pathname, search, origin } = new URL(back.location ?? '')
    assert.equal(origin, url)
    const signedIn = await tab.visit(`${pathname}${search}`)
    assert.deepEqual(JSON.parse(signedIn.body), {
      issuer: site.url,
      profile: { id: 'ada', displayName: 'Ada Lovelace', emails: [{ value: 'ada@example.org' }] },
    })
  })

  test('takes nothing that another browser asked for', async () => {
    await site.addUser('eve')
    const victim = createPerson(url, (request) => fetch(request))
    await victim.send('/login')
    const attacker = createPerson(url, (request) => fetch(request))
    const asked = await attacker.send('/login')
    const back = await site.signIn(site.person(), asked.location ?? '', 'eve')
    const { pathname, search } = new URL(back.location ?? '')
    const visit = await victim.send(`${pathname}${search}`)
    assert.equal(visit.location, '/refused')
  })
})

interface ApplicationFacts {
  readonly issuer: string
  readonly url: string
}

const application = ({ issuer, url }: ApplicationFacts): RequestListener => {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy(
      {
        issuer,
        authorizationURL: `${issuer}/auth/authorize`,
        tokenURL: `${issuer}/auth/token`,
        userInfoURL: `${issuer}/auth/userinfo`,
        clientID: 'express',
        clientSecret: CLIENT_SECRET,
        callbackURL: `${url}/callback`,
        scope: 'profile email',
        nonce: 'true',
        skipUserProfile: false,
      },
      (iss, profile, _context, _idToken, _accessToken, _refreshToken, done) =>
        done(null, {
          issuer: iss,
          profile: { id: profile.id, displayName: profile.displayName, emails: profile.emails },
        }),
    ),
  )
  authenticator.serializeUser((user, done) => done(null, user))
  authenticator.deserializeUser((user: object, done) => done(null, user))
  const app = express()
  app.use(
    session({
      secret: 'a secret of the tests',
      resave: false,
      saveUninitialized: false,
      cookie: { secure: true, sameSite: 'lax' },
    }),
  )
  app.use(authenticator.session())
  app.get('/login', authenticator.authenticate('openidconnect'))
  app.get(
    '/callback',
    authenticator.authenticate('openidconnect', { failureRedirect: '/refused', successRedirect: '/' }),
  )
  app.get('/', (request, response) => {
    response.json(request.user ?? null)
  })
  return app
}
