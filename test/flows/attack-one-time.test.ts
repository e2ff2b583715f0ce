import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { CODE_PATH, csrfOf, DISABLE, ENABLE, FORM, KEY, post, STEP, startTarget } from '../support/attack.ts'
import { oathtoolCode } from '../support/authenticator.ts'
import type { Person, Visit } from '../support/person.ts'
import { startTestServer } from '../support/test-app.ts'

const SETTINGS = '/auth/two-factor'

const tryCode = async (target: Target, name: string, token: string): Promise<boolean> => {
  const person = target.person()
  const page = await target.atCodePage(person, name)
  await person.submit(page, { token }, '/confirm')
  return target.isSignedIn(person)
}

test('a code does one thing: enable, sign in or disable, in whichever browser', async () => {
  const target = await startTarget({ pastCodes: 3 })
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  const page = await ann.visit(ENABLE)
  const key = page.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? ''
  const first = target.code(0, key)
  assert.equal((await ann.submit(page, { token: first }, ENABLE)).location, SETTINGS)
  assert.equal(await tryCode(target, 'ann', first), false)
  assert.equal(await tryCode(target, 'ann', target.code(-1, key)), false)
  const disabling = await ann.visit(DISABLE)
  assert.equal((await ann.submit(disabling, { token: first }, DISABLE)).status, 422)

  target.clock.advance(STEP)
  const second = target.code(0, key)
  assert.equal(await tryCode(target, 'ann', second), true)
  assert.equal(await tryCode(target, 'ann', second), false)
  assert.equal((await ann.submit(disabling, { token: second }, DISABLE)).status, 422)

  target.clock.advance(STEP)
  const third = target.code(0, key)
  assert.equal((await ann.submit(disabling, { token: third }, DISABLE)).location, SETTINGS)
  await target.rest('PATCH', '/User/ann', { twoFactor: { enabled: true, secretKey: key } })
  assert.equal(await tryCode(target, 'ann', third), false, 'used once, also when the same key comes back')
})

test('fifty equal right codes at once, over HTTP, in fifty browsers: one is signed in', async () => {
  const target = await startTarget({}, startTestServer)
  await target.addUser('ann')
  const people = Array.from({ length: 50 }, (_, n) => target.person(`198.51.100.${n}`))
  const pages: Visit[] = []
  for (const person of people) pages.push(await target.atCodePage(person, 'ann'))
  const token = target.code()
  const visits = await Promise.all(
    people.map((person, n) => person.submit(pages[n] ?? assert.fail(), { token }, '/confirm')),
  )
  assert.equal(visits.filter((visit) => visit.location === '/').length, 1)
  assert.ok(visits.every(({ status }) => [303, 422, 429].includes(status)))
  const signedIn = await Promise.all(people.map((person) => target.isSignedIn(person)))
  assert.equal(signedIn.filter(Boolean).length, 1)
  assert.equal(target.rows('select id from session').length, 1)
})

test('a used code stays used: padded, in the next step, in another spelling, with the clock put back', async () => {
  const target = await startTarget({ pastCodes: 3 })
  target.clock.advance(STEP - 1000)
  const code = target.code()
  const spellings = [
    code,
    ` ${code}`,
    `${code}\t`,
    `${code.slice(0, 3)} ${code.slice(3)}`,
    `\u00a0${code}\r\n`,
    code.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    `0${code}`,
    `+${code}`,
  ]
  for (const n of spellings.keys()) {
    await target.addUser(`ann${n}`)
    assert.equal(await tryCode(target, `ann${n}`, code), true)
  }
  target.clock.advance(2000)
  for (const [n, spelling] of spellings.entries())
    assert.equal(await tryCode(target, `ann${n}`, spelling), false, JSON.stringify(spelling))
  target.clock.advance(-STEP)
  assert.equal(target.code(), code)
  await target.rest('PATCH', '/User/ann0', { twoFactor: { enabled: false } })
  await target.rest('PATCH', '/User/ann0', { twoFactor: { enabled: true, secretKey: KEY } })
  assert.equal(await tryCode(target, 'ann0', code), false)
})

for (const pastCodes of [0, 1, 3])
  test(`validPastTokensCount ${pastCodes}: exactly T−${pastCodes} … T, each on a fresh account; a used one ends all before`, async () => {
    const target = await startTarget({ pastCodes })
    const now = target.clock.now().getTime()
    for (let offset = -5; offset <= 2; offset += 1) {
      const id = `u${offset + 5}`
      await target.addUser(id)
      const isRight = offset >= -pastCodes && offset <= 0
      const code = await oathtoolCode(KEY, now + offset * STEP)
      assert.equal(await tryCode(target, id, code), isRight, `T${offset}`)
      if (!isRight) continue
      for (let before = -pastCodes; before <= offset; before += 1)
        assert.equal(await tryCode(target, id, target.code(before)), false, `T${offset}, then T${before}`)
      if (offset < 0) assert.equal(await tryCode(target, id, target.code(offset + 1)), true)
    }
  })

const encoded = (value: string) => `token=${encodeURIComponent(value)}`
const digits = (zero: number, code: string): string =>
  code.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))

/** What is no code but could be read as one, made of the right one. */
const wrongShapes = (code: string): readonly string[] => [
  'token=',
  encoded(' '),
  encoded(code.slice(1)),
  encoded(`${code}0`),
  encoded(`0${code}`),
  encoded(`00${code}`),
  encoded('abcdef'),
  encoded('1e5'),
  encoded('-12345'),
  encoded(`0x${Number(code).toString(16)}`),
  encoded(`${code}.0`),
  encoded(digits(0x660, code)),
  encoded(digits(0xff10, code)),
  encoded(digits(0x1d7ce, code)),
  encoded(encodeURIComponent(`${code.slice(0, 3)} ${code.slice(3)}`)),
  encoded(`[${code}]`),
  encoded(`[["${code}"]]`),
  encoded('{"$ne":""}'),
  encoded('true'),
  encoded('null'),
  encoded(`${code},${code}`),
  encoded(`"${code}"`),
  encoded('9'.repeat(10_240)),
  encoded(`${' '.repeat(10_240)}${code}`),
]

const unreadable = (code: string): readonly string[] => [
  `token=${code}%00`,
  'token=%00',
  'token=%ff',
  'token=%',
  `token=${code}&token=000000`,
  `token=000000&token=${code}`,
  `token[]=${code}`,
  `token[0]=${code}`,
  `token[$eq]=${code}`,
]

test('what is no code is counted once as a wrong one; what cannot be read is refused and not counted', async () => {
  const target = await startTarget()
  const code = target.code()
  const attempt = async (id: string) => {
    await target.addUser(id)
    const person = target.person()
    const csrf = encodeURIComponent(csrfOf(await target.atCodePage(person, id)))
    return { person, csrf }
  }
  const counted = (id: string) =>
    target.rows(`select failures from throttle where key = 'account:totp:${id}'`)[0]?.failures
  for (const [n, shape] of wrongShapes(code).entries()) {
    const { person, csrf } = await attempt(`w${n}`)
    const visit = await post(person, target, CODE_PATH, `csrf=${csrf}&${shape}`)
    assert.equal(visit.status, 422, shape.slice(0, 60))
    assert.equal(counted(`w${n}`), 1, shape.slice(0, 60))
    assert.equal(await target.isSignedIn(person), false)
  }
  const { person, csrf } = await attempt('unreadable')
  for (const shape of unreadable(code)) {
    const visit = await post(person, target, CODE_PATH, `csrf=${csrf}&${shape}`)
    assert.equal(visit.status, 400, shape)
    assert.match(visit.headers.get('content-type') ?? '', /text\/html/)
  }
  await sendTypes(target, person, csrf, code)
  assert.equal(counted('unreadable'), undefined)
  assert.equal(await target.isSignedIn(person), false)
})

const sendTypes = async (target: Target, person: Person, csrf: string, code: string): Promise<void> => {
  for (const value of [code, Number(code), [code], [[code]], { $ne: '' }, true, null]) {
    const body = JSON.stringify({ csrf: decodeURIComponent(csrf), token: value })
    const json = await post(person, target, CODE_PATH, body, { 'content-type': 'application/json' })
    assert.equal(json.status, 415)
    const asForm = await post(person, target, CODE_PATH, body)
    assert.equal(asForm.status, 403, 'JSON sent as a form has no field csrf')
  }
  const multipart = `--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n${code}\r\n--x--\r\n`
  for (const [type, body] of [
    ['multipart/form-data; boundary=x', multipart],
    [`${FORM}; charset=utf-16`, `csrf=${csrf}&token=${code}`],
    ['text/plain', `csrf=${csrf}&token=${code}`],
  ] as const)
    assert.equal((await post(person, target, CODE_PATH, body, { 'content-type': type })).status, 415)
  assert.equal(
    (await post(person, target, CODE_PATH, `csrf=${csrf}&token=${'1'.repeat(70_000)}`)).status,
    413,
  )
}
