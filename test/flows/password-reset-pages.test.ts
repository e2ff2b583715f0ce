import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openAndCloseAfter } from '../support/databases.ts'
import { CONFIRM, forceReset, NEXT, RESET } from '../support/password-reset.ts'
import { AT_LEAST_8, codeOf, enable, start, wrongCodeOf } from '../support/two-factor-steps.ts'

const STEP = 30_000
const MINUTE = 60_000
const UI = Buffer.from('/ui?tab=1').toString('base64')

describe('The pages of a link to a new password', () => {
  it('ask for the new password, set it, and end on the sign-in page', async () => {
    const { app } = await start(AT_LEAST_8)
    const { path, token } = await forceReset(app, 'my-user')
    const person = app.person()
    const form = await person.visit(path)
    assert.equal(form.status, 200)
    assert.match(form.page.querySelector('.cs-lead')?.text ?? '', /me@example\.org/)
    assert.equal(
      form.page.querySelector('input[autocomplete=username]')?.getAttribute('value'),
      'me@example.org',
    )
    for (const [fields, field] of [
      [{ newPassword: 'seven c', repeatedPassword: 'seven c' }, 'newPassword'],
      [{ newPassword: NEXT, repeatedPassword: 'something else' }, 'repeatedPassword'],
    ] as const) {
      const again = await person.submit(form, fields, RESET)
      assert.equal(again.status, 422)
      assert(again.page.querySelector(`#${field}-error`), again.body)
      assert.deepEqual(
        again.page.querySelectorAll('[autofocus]').map(({ id }) => id),
        [field],
      )
    }
    const done = await person.submit(form, { newPassword: NEXT, repeatedPassword: NEXT }, RESET)
    assert.equal(done.status, 303)
    const login = await person.follow(done)
    assert.match(login.page.querySelector('[role=status]')?.text ?? '', /Your password is changed/)
    assert.equal((await person.submit(login, { username: 'my-user', password: NEXT })).status, 303)
    const over = await person.send(path)
    assert.equal(over.status, 400)
    assert(!over.body.includes(token))
  })

  it('ask who has a second factor for a code first, and give five minutes after it', async () => {
    const { app, person: owner } = await start()
    const { key } = await enable(app, owner)
    app.clock.advance(STEP)
    const { path } = await forceReset(app, 'my-user')
    const person = app.person()
    const form = await person.visit(`${path}&redirect_to=${encodeURIComponent(UI)}`)
    assert.equal(form.page.querySelector('h1')?.text, 'Enter your code')
    assert(!form.page.querySelector('[name=newPassword]'))
    assert(!form.body.includes('me@example.org'))
    const wrong = await person.submit(form, { totp: wrongCodeOf(app, key) }, CONFIRM)
    assert.equal(wrong.status, 422)
    assert.match(wrong.page.querySelector('#totp-error')?.text ?? '', /not right/)
    const right = await person.submit(wrong, { totp: codeOf(app, key) }, CONFIRM)
    assert.equal(right.status, 303)
    const next = await person.follow(right)
    assert.match(next.page.querySelector('.cs-lead')?.text ?? '', /me@example\.org.*You have 5 minutes\./)
    app.clock.advance(5 * MINUTE - 1)
    const done = await person.submit(next, { newPassword: NEXT, repeatedPassword: NEXT }, RESET)
    assert.deepEqual([done.status, done.location], [303, '/ui?tab=1'])

    const other = await forceReset(app, 'my-user')
    const again = await person.visit(other.path)
    const late = await person.follow(await person.submit(again, { totp: codeOf(app, key) }, CONFIRM))
    app.clock.advance(5 * MINUTE)
    const over = await person.submit(late, { newPassword: 'yet another one' }, RESET)
    assert.equal(over.status, 400)
    assert.equal(over.page.querySelector('h1')?.text, 'This link does not work')
  })

  it('a form that comes with the link alone is led back to the code', async () => {
    const { app, person: owner } = await start()
    await enable(app, owner)
    const { path, token } = await forceReset(app, 'my-user')
    const sent = await app.person().send(RESET, {
      method: 'POST',
      body: new URLSearchParams({ token, newPassword: NEXT }),
    })
    assert.deepEqual([sent.status, sent.location], [303, path])
  })

  it('say that a link does not work, whatever is wrong with it, and lead back to the sign-in page', async () => {
    const { app } = await start()
    const replaced = await forceReset(app, 'my-user')
    const { path } = await forceReset(app, 'my-user')
    const person = app.person()
    for (const dead of [replaced.path, RESET, `${RESET}?token=`, `${RESET}?token=eyJ%3Cb%3E`, `${path}x`]) {
      const visit = await person.visit(`${dead}${dead.includes('?') ? '&' : '?'}redirect_to=${UI}`)
      assert.equal(visit.status, 400, dead)
      assert.equal(visit.page.querySelector('h1')?.text, 'This link does not work')
      const back = visit.page.querySelector('.cs-actions a')
      assert.equal(back?.text, 'Back to login')
      assert.equal(back?.getAttribute('href'), `/auth/login?redirect_to=${encodeURIComponent('/ui?tab=1')}`)
      assert(!visit.body.includes('eyJ'))
    }
    const twice = await person.visit(`${path}&token=x`)
    assert.equal(twice.status, 400)
    assert.match(twice.body, /token/)
  })

  for (const hostile of ['//evil.example', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)'])
    it(`redirect_to ${hostile} leads to the sign-in page, in clear and as Base64`, async () => {
      const { app } = await start()
      for (const text of [hostile, Buffer.from(hostile).toString('base64')]) {
        const { path } = await forceReset(app, 'my-user')
        const person = app.person()
        const form = await person.visit(`${path}&redirect_to=${encodeURIComponent(text)}`)
        const fields = { newPassword: NEXT, repeatedPassword: NEXT, redirect_to: text }
        const done = await person.submit(form, fields, RESET)
        assert.equal(done.location, '/auth/login?notice=password-changed')
      }
    })

  it('the token leaks neither by referrer, nor to other servers, nor into the log', async () => {
    const { app, person: owner } = await start()
    await app.rest('PUT', '/AuthConfig/settings', {
      theme: { styleUrl: 'https://cdn.example/style.css', brand: 'https://cdn.example/logo.png' },
    })
    const { key } = await enable(app, owner)
    app.clock.advance(STEP)
    const { path, token } = await forceReset(app, 'my-user')
    const person = app.person()
    const form = await person.visit(path)
    const right = await person.submit(form, { totp: codeOf(app, key) }, CONFIRM)
    const next = await person.follow(right)
    const pages = [form, next, await person.visit(`${RESET}?token=x`)]
    for (const { headers, body } of pages) {
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('cache-control'), 'no-store')
      assert(!body.includes('cdn.example'))
      assert(!headers.get('content-security-policy')?.includes('cdn.example'))
    }
    await person.submit(next, { newPassword: NEXT, repeatedPassword: NEXT }, RESET)
    await app.stop()
    const left = await openAndCloseAfter({ kind: 'sqlite', directory: app.directory })
    const written = JSON.stringify([app.log, await app.audit(left)])
    const set = new URL(right.location ?? '', app.url).searchParams.get('token') ?? assert.fail()
    for (const secret of [token, set, NEXT]) assert(!written.includes(secret.slice(0, 40)))
    for (const text of [token, set]) {
      const { jti } = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as {
        jti: string
      }
      assert(!written.includes(jti))
    }
    assert(written.includes(RESET))
  })

  it('looking does nothing: a link that a mail scanner opened works', async () => {
    const { app } = await start()
    const { path } = await forceReset(app, 'my-user')
    const scanner = app.person()
    for (let n = 0; n < 3; n++) assert.equal((await scanner.send(path)).status, 200)
    assert.equal((await scanner.send(path, { method: 'HEAD' })).status, 200)
    const person = app.person()
    const form = await person.visit(path)
    assert.equal((await person.submit(form, { newPassword: NEXT }, RESET)).status, 303)
  })
})
