import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csrfOf, FORM, LOGIN, PASSWORD, startTarget } from '../support/attack.ts'
import { answerOf } from '../support/oauth-client.ts'

const OAUTH = 'client_id=mywebapp&response_type=code&state=s1'

const start = async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  await target.addUser('bob', false)
  const browser = target.person()
  await target.logIn(browser, 'ann')
  const whoseIs = async (location: string | undefined): Promise<unknown> => {
    const response = await target.fetch(
      new Request(new URL('/auth/token', target.url), {
        method: 'POST',
        headers: { 'content-type': FORM },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'mywebapp',
          client_secret: 'verysecret',
          code: answerOf(location).get('code') ?? '',
        }).toString(),
      }),
    )
    const { userinfo } = (await response.json()) as { userinfo?: { id?: string } }
    return userinfo?.id
  }
  return { target, browser, whoseIs }
}

test('a password sent with an OAuth query signs in whose it is, not who was signed in before', async () => {
  const { target, browser, whoseIs } = await start()
  const csrf = csrfOf(await browser.visit(`${LOGIN}?prompt=login`))
  const send = (username: string, password: string) =>
    browser.send(`${LOGIN}?${OAUTH}`, {
      method: 'POST',
      headers: { 'content-type': FORM, origin: target.url },
      body: new URLSearchParams({ csrf, username, password }).toString(),
    })
  const wrong = await send('bob', 'not the password')
  assert.deepEqual([wrong.status, wrong.location], [422, undefined])
  assert.equal(await whoseIs((await send('bob', PASSWORD)).location), 'bob')
})

test('who is asked for consent as somebody else signs in with their own account, for the same request', async () => {
  const { target, browser, whoseIs } = await start()
  await target.rest('PATCH', '/Client/mywebapp', { first_party: false })
  const asked = await browser.visit(`/auth/authorize?${OAUTH}`)
  const link = asked.page.querySelector('footer a')
  assert.equal(link?.text, 'Use another account')
  const login = await browser.visit(link?.getAttribute('href') ?? '')
  assert.match(login.body, /Log in to continue to/)
  const bobs = await browser.follow(await browser.submit(login, { username: 'bob', password: PASSWORD }))
  assert.match(bobs.url, /\/auth\/grant\?request=/)
  assert.match(bobs.body, /Signed in as[^.]*bob/)
  const { location } = await browser.submit(bobs, { decision: 'allow' })
  assert.equal(answerOf(location).get('state'), 's1')
  assert.equal(await whoseIs(location), 'bob')
})

test('a consent page answers for the person it named, not for who signed in meanwhile', async () => {
  const { target, browser, whoseIs } = await start()
  await target.rest('PATCH', '/Client/mywebapp', { first_party: false })
  const asked = await browser.visit(`/auth/authorize?${OAUTH}`)
  assert.match(asked.body, /Signed in as[^.]*ann/)
  await target.logIn(browser, 'bob', PASSWORD, `${LOGIN}?prompt=login`)
  const askedAgain = await browser.follow(await browser.submit(asked, { decision: 'allow' }))
  assert.equal(askedAgain.status, 200)
  assert.match(askedAgain.body, /Signed in as[^.]*bob/)
  const allowed = await browser.submit(askedAgain, { decision: 'allow' })
  assert.equal(await whoseIs(allowed.location), 'bob')
})
