import assert from 'node:assert/strict'
import { test } from 'node:test'
import { obtainCode, redeem, SECRET, signedInBrowser, statusOf, webapp } from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const setUp = async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  await app.addUser({ id: 'bob' })
  await app.addClient('partner', { ...webapp({}, { first_party: false }), name: '<b>Partner</b>' }, SECRET)
  const isSignedIn = async (browser: Awaited<ReturnType<typeof signedInBrowser>>) =>
    (await browser.send('/')).status === 200
  return { app, isSignedIn, browserOf: (userId = 'ann') => signedInBrowser(app, userId) }
}

test('one sees one’s own browsers and signs out one, all others, or everywhere', async () => {
  const { browserOf, isSignedIn } = await setUp()
  const [here, there, elsewhere, bobs] = [
    await browserOf(),
    await browserOf(),
    await browserOf(),
    await browserOf('bob'),
  ]
  const page = await here.visit('/auth/sessions')
  assert.equal(page.status, 200)
  assert.equal(page.body.match(/Another browser/g)?.length, 2)
  assert.equal(page.body.match(/This browser/g)?.length, 1)
  const ids = [...page.body.matchAll(/name="end" value="([0-9a-f]{32})"/g)].map(([, id]) => id ?? '')
  assert.equal(ids.length, 2)
  const done = await here.submit(page, { end: ids[0] ?? '' })
  assert.equal(done.location, '/auth/sessions?done')
  assert.equal([await isSignedIn(there), await isSignedIn(elsewhere)].filter(Boolean).length, 1)
  assert.match((await here.follow(done)).body, /Done\. That browser is signed out\./)

  const fourth = await browserOf()
  const others = await here.submit(await here.visit('/auth/sessions'), { end: 'others' })
  assert.match((await here.follow(others)).body, /Done\. You are signed out everywhere else\./)
  assert.deepEqual(
    [await isSignedIn(here), await isSignedIn(fourth), await isSignedIn(there), await isSignedIn(elsewhere)],
    [true, false, false, false],
  )
  const theirs = await bobs.visit('/auth/sessions')
  assert.equal(theirs.body.includes('Another browser'), false)
  const all = await here.submit(await here.visit('/auth/sessions'), { end: 'all' })
  assert.deepEqual([all.location, here.cookies.has('ASID')], ['/auth/login', false])
  assert.equal(await isSignedIn(here), false)
  assert.equal(await isSignedIn(bobs), true)
})

test('one recognises a browser by its name, its address and when it was last used', async () => {
  const app = await startSignInApp()
  await app.addUser({ id: 'ann' })
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
  const signIn = async (address: string, userAgent: string) => {
    const person = app.person(address)
    const page = await person.visit('/auth/login')
    const csrf = page.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    const body = new URLSearchParams({ username: 'ann', password: PASSWORD, csrf }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': userAgent }
    assert.equal((await person.send('/auth/login', { method: 'POST', body, headers })).location, '/')
    return person
  }
  const entriesOf = async (person: Person) =>
    (await person.visit('/auth/sessions')).page
      .querySelectorAll('.cs-entry div')
      .map(({ text }) => text.trim().split('\n').join(' | '))
  const there = await signIn('2001:db8::7', firefox)
  app.clock.advance(60_000)
  const here = await signIn('192.0.2.7', `<b>${'x'.repeat(400)}`)
  assert.deepEqual(await entriesOf(here), [
    'This browser | Signed in 1 Jan 2026, 00:01 UTC with password from 192.0.2.7; until 1 Jan 2026, 01:01 UTC',
    'Another browser, Firefox on Linux | Signed in 1 Jan 2026, 00:00 UTC with password from 2001:db8::7; until 1 Jan 2026, 01:00 UTC',
  ])
  app.clock.advance(600_000)
  await redeem(app, await obtainCode(app, {}, there))
  assert.match((await entriesOf(here))[1] ?? '', /2001:db8::7; last used 1 Jan 2026, 00:11 UTC; until/)

  // NOTE: the same session, signed in to anew from elsewhere.
  const moved = app.person('198.51.100.9')
  for (const [name, value] of there.cookies) moved.cookies.set(name, value)
  await app.logIn(moved, 'ann', PASSWORD, '/auth/login?prompt=login')
  const entries = await entriesOf(here)
  assert.equal(entries.length, 2)
  assert.match(entries[0] ?? '', /^Another browser \| Signed in .* from 198\.51\.100\.9; until/)
})

test('nobody ends somebody else’s session, from another site, or without saying what', async () => {
  const { app, browserOf, isSignedIn } = await setUp()
  const [ann, bob] = [await browserOf(), await browserOf('bob')]
  const bobsId = (await app.stores.sessions.listBrowserSessions('bob', app.clock.now()))[0]?.id ?? ''
  const page = await ann.visit('/auth/sessions')
  assert.equal((await ann.submit(page, { end: bobsId })).status, 303)
  assert.equal(await isSignedIn(bob), true)
  assert.equal((await ann.submit(page, {})).status, 400)
  for (const path of ['/auth/sessions', '/auth/grants']) {
    const forged = await ann.send(path, {
      method: 'POST',
      body: 'end=all',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
    })
    assert.equal(forged.status, 403)
    const stranger = await app.person().send(path)
    assert.equal(stranger.location, `/auth/login?redirect_to=${encodeURIComponent(path)}`)
  }
})

test('one sees what one allowed and takes it back: its tokens end, and it must ask again', async () => {
  const { app, browserOf } = await setUp()
  const [ann, bob] = [await browserOf(), await browserOf('bob')]
  assert.match((await ann.visit('/auth/grants')).body, /You allow no app access/)
  const allow = async (browser: typeof ann, userId: string) => {
    await app.database.transact([
      app.stores.consents.allowStep(
        userId,
        'partner',
        { scopes: ['openid', 'email'], isWholeUser: false },
        app.clock.now(),
      ),
    ])
    const code = await obtainCode(app, { client_id: 'partner', scope: 'openid' }, browser)
    return (await redeem(app, code, { client_id: 'partner' })).body
  }
  const [anns, bobs] = [await allow(ann, 'ann'), await allow(bob, 'bob')]
  const page = await ann.visit('/auth/grants')
  assert.match(page.body, /&lt;b&gt;Partner&lt;\/b&gt;/)
  assert.match(page.body, /openid, email/)
  const done = await ann.submit(page, { end: 'partner' })
  assert.equal(done.location, '/auth/grants?done')
  assert.equal(await statusOf(app, anns.access_token), 401)
  assert.equal(await statusOf(app, bobs.access_token), 200)
  assert.match((await ann.visit('/auth/grants')).body, /You allow no app access/)
  const { location } = await ann.send('/auth/authorize?client_id=partner&response_type=code&scope=openid')
  assert.match(location ?? '', /^\/auth\/grant\?/)
  assert.equal((await ann.submit(page, { end: 'nothing' })).status, 303)
})
