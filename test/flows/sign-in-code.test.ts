import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { listenHttp } from '../support/servers.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const CODE_PATH = '/auth/login/2fa/confirm'
const QUERY = '/auth/login?client_id=mywebapp&response_type=code'

/** A user with 2FA, and a browser that is at the code page. */
const atCodePage = async (path = '/auth/login') => {
  const app = await startSignInApp()
  await app.addUser({ id: 'u1', userName: 'ann' })
  await app.enableTotp('u1')
  const person = app.person()
  const visit = await app.logIn(person, 'ann', PASSWORD, path)
  return { app, person, visit, codePage: await person.follow(visit) }
}

/** The same person, at the code page again. */
const again = async (app: SignInApp, person: ReturnType<SignInApp['person']>) =>
  person.follow(await app.logIn(person, 'ann'))

/** Whatever sends codes on, and what it was given. */
const startReceiver = async () => {
  const receiver = { tokens: [] as string[], status: 200, endpoint: '' }
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    receiver.tokens.push((JSON.parse(body) as { token: string }).token)
    response.writeHead(receiver.status).end()
  })
  receiver.endpoint = `http://127.0.0.1:${port}/`
  return receiver
}

describe('Signing in with a second factor', () => {
  it('asks for the code after the password, and has no session before it', async () => {
    const { app, person, visit, codePage } = await atCodePage()
    assert.equal(visit.status, 303)
    assert.equal(visit.location, CODE_PATH)
    assert.equal(person.cookies.has('ASID'), false)
    assert.match(codePage.body, /Logging in as <strong><bdi>ann/)
    const done = await person.submit(codePage, { token: app.code() })
    assert.equal(done.status, 303)
    assert.equal(done.location, '/')
    assert.equal(await app.isSignedIn(person), true)
    assert.equal(person.cookies.has('ASTRY'), false)
    const session = await app.sessionOfPerson(person)
    assert.deepEqual(
      session?.proven.map(({ factor }) => factor),
      ['password', 'totp'],
    )
    await eventually(async () => (await app.audit()).length === 2)
    assert.deepEqual((await app.audit()).toSorted(), ['password-check success u1', 'sign-in success u1'])
  })

  it('goes straight to the app that waits, which the form of the code page may lead to', async () => {
    const { app, person, codePage } = await atCodePage(QUERY)
    assert.match(codePage.body, /My web app/)
    assert.match(codePage.headers.get('content-security-policy') ?? '', /form-action 'self' http: https:;/)
    const done = await person.submit(codePage, { token: app.code() })
    assert.equal(await app.userOf(done.location), 'u1')
  })

  it('goes to the app whose state is too long for a cookie', async () => {
    const state = 'x'.repeat(4000)
    const { app, person, codePage } = await atCodePage(`${QUERY}&state=${state}`)
    assert.match(codePage.body, /My web app/)
    const done = await person.submit(codePage, { token: app.code() })
    assert.equal(new URL(done.location ?? '').searchParams.get('state'), state)
    assert.equal(await app.userOf(done.location), 'u1')
  })

  it('goes where redirect_to said before the password', async () => {
    const { app, person, codePage } = await atCodePage('/auth/login?redirect_to=%2Fauth%2Ftwo-factor')
    const done = await person.submit(codePage, { token: app.code() })
    assert.equal(done.location, '/auth/two-factor')
  })

  it('takes the field names token, totp, code and otp, and codes with blanks of all kinds', async () => {
    for (const [field, spell] of [
      ['token', (code: string) => code],
      ['totp', (code: string) => ` ${code} `],
      ['code', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
      ['otp', (code: string) => `${code.slice(0, 3)}\u00a0${code.slice(3)}\r\n`],
    ] as const) {
      const { app, person, codePage } = await atCodePage()
      const done = await person.submit(codePage, { [field]: spell(app.code()) })
      assert.equal(done.status, 303, field)
    }
  })

  it('says the same for a wrong, a used, an old and a nonsensical code', async () => {
    const { app, person, codePage } = await atCodePage()
    const used = app.code()
    await person.submit(codePage, { token: used })
    const next = await again(app, app.person('192.0.2.9'))
    assert.equal(next.status, 200)
    for (const token of [used, app.wrongCode(), app.code(-2), '', 'abcdef', '１２３４５６']) {
      const someone = app.person('192.0.2.8')
      const visit = await someone.submit(await again(app, someone), { token })
      assert.equal(visit.status === 422 || visit.status === 429, true, token)
      if (visit.status === 422)
        assert.match(visit.body, /This code is not right, or it has been used already/)
    }
    const reasons = (await app.audit()).filter((line) => line.startsWith('second-factor-check failure'))
    for (const reason of ['reused', 'wrong', 'malformed'])
      assert.ok(reasons.includes(`second-factor-check failure ${reason} u1`), reason)
  })

  it('ends the attempt after five wrong codes and says so at the password page', async () => {
    const { app, person, codePage } = await atCodePage(QUERY)
    for (let n = 1; n < 5; n += 1) {
      const wrong = await person.submit(codePage, { token: app.wrongCode() })
      assert.equal(wrong.status, 422)
    }
    const last = await person.submit(codePage, { token: app.wrongCode() })
    assert.equal(last.status, 303)
    const login = await person.follow(last)
    assert.match(login.page.querySelector('[role=alert]')?.text ?? '', /Too many wrong codes/)
    assert.equal(login.page.querySelector('[aria-invalid]'), null)
    assert.match(login.body, /My web app/)
    app.clock.advance(30_000)
    const late = await person.submit(codePage, { token: app.code() })
    assert.match((await person.follow(late)).body, /Too many wrong codes/)
    assert.equal(await app.isSignedIn(person), false)
    const fresh = await person.follow(await person.submit(login, { username: 'ann', password: PASSWORD }))
    const done = await person.submit(fresh, { token: app.code() })
    assert.equal(await app.userOf(done.location), 'u1')
  })

  it('ends the attempt after five minutes and keeps what it was for', async () => {
    const { app, person, codePage } = await atCodePage(QUERY)
    app.clock.advance(300_000)
    const late = await person.submit(codePage, { token: app.code() })
    assert.equal(late.status, 303)
    const login = await person.follow(late)
    assert.match(login.body, /took too long/)
    assert.match(login.body, /My web app/)
    assert.equal((await person.send(CODE_PATH)).status, 303)
    assert.equal(await app.isSignedIn(person), false)
  })

  it('shows the code page again on reload and forgets it when the sign-in is done', async () => {
    const { app, person, codePage } = await atCodePage()
    assert.equal((await person.visit(CODE_PATH)).status, 200)
    await person.submit(codePage, { token: app.code() })
    const back = await person.send(CODE_PATH)
    assert.equal(back.location, '/auth/login')
    assert.match((await person.follow(back)).body, /You are signed in/)
  })

  it('lets one of fifty equal right codes at once sign in', async () => {
    const { app, person, codePage } = await atCodePage()
    const others = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const other = app.person(`192.0.2.${n + 10}`)
        return { person: other, codePage: await again(app, other) }
      }),
    )
    const tabs = [{ person, codePage }, ...others]
    const token = app.code()
    const visits = await Promise.all(
      Array.from({ length: 52 }, (_, n) => tabs[n % tabs.length]).map(async (tab) => {
        assert.ok(tab)
        return tab.person.clone().submit(tab.codePage, { token })
      }),
    )
    const signedIn = visits.filter((visit) =>
      visit.headers.getSetCookie().some((line) => /^ASID=[\w-]{43}/.test(line)),
    )
    assert.equal(signedIn.length, 1)
    assert.ok(visits.every((visit) => visit.status < 500))
  })

  it('resends a code at most every 30 seconds, however many ask at once', async () => {
    const { app, person, codePage } = await atCodePage()
    assert.doesNotMatch(codePage.body, /Resend/)
    const receiver = await startReceiver()
    await app.sendCodesTo(receiver.endpoint)
    const sent = await again(app, person)
    assert.match(sent.body, /We sent you a code/)
    assert.match(
      sent.body,
      /In 30 seconds, <a href="\/auth\/login\/2fa\/confirm">open this page again<\/a> to send another/,
    )
    assert.deepEqual(receiver.tokens, [app.code()])
    await person.submit(sent, {}, '/confirm')
    assert.equal(receiver.tokens.length, 1)
    app.clock.advance(30_000)
    const ready = await person.visit(CODE_PATH)
    receiver.status = 500
    const answers = await Promise.all(Array.from({ length: 8 }, () => person.submit(ready, {}, '/refresh')))
    assert.ok(answers.every((answer) => answer.status === 303 && answer.location === CODE_PATH))
    assert.equal(receiver.tokens.length, 2)
    assert.match((await person.visit(CODE_PATH)).body, /We could not send you a code/)
    assert.equal((await person.submit(ready, { token: app.code() })).status, 303)
  })

  it('says when the next code can be sent, and sends it then', async () => {
    const { app, person } = await atCodePage()
    app.clock.advance(18_000)
    await app.signInWithCode(app.person('192.0.2.9'), 'ann')
    const receiver = await startReceiver()
    await app.sendCodesTo(receiver.endpoint)
    const waiting = await again(app, person)
    assert.match(waiting.body, /next one can be sent in 12 seconds/)
    app.clock.advance(12_000)
    const ready = await person.visit(CODE_PATH)
    assert.deepEqual(receiver.tokens, [])
    await person.submit(ready, {}, '/refresh')
    assert.match((await person.visit(CODE_PATH)).body, /We sent you a code/)
    assert.deepEqual(receiver.tokens, [app.code()])
  })
})
