import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import {
  CODE_PATH,
  csrfOf,
  DISABLE,
  ENABLE,
  FORM,
  LOGIN,
  PASSWORD,
  post,
  startTarget,
} from '../support/attack.ts'

const OAUTH = 'client_id=mywebapp&response_type=code&state=s1'
const CALLBACK = 'http://localhost:3001'

/** Every page and resource that means something to somebody signed in. */
const PLACES = [
  '/',
  '/auth/two-factor',
  ENABLE,
  DISABLE,
  '/auth/logout',
  '/auth/grant?request=x',
  `/auth/authorize?${OAUTH}`,
  `/auth/authorize?${OAUTH}&prompt=none`,
  `/auth/login?${OAUTH}`,
  '/auth/authorize/continue?request=x',
  '/auth/userinfo',
  '/User/ann',
  '/fhir/User/ann',
  '/User',
  '/User/ann/_history',
  '/Client/mywebapp',
  '/AuthConfig/settings',
]

const isAnswerForNobody = (
  target: Target,
  place: string,
  visit: { status: number; location?: string | undefined; body: string },
) => {
  const where = new URL(visit.location ?? '', target.url)
  if (visit.status === 303 && where.origin === CALLBACK)
    return where.searchParams.get('error') === 'login_required' && !where.searchParams.has('code')
  if (visit.status === 303) return where.origin === target.url && where.pathname === LOGIN
  if (visit.status === 401) return true
  return (
    visit.status === 200 &&
    (place === '/auth/logout' ? !visit.body.includes('signed in as') : place.startsWith(LOGIN))
  )
}

test('with the password alone nothing opens, whatever the method and whichever cookies are left out', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const person = target.person()
  await target.atCodePage(person, 'ann')
  const flow = person.cookies.get('ASFLOW') ?? ''
  const attempt = person.cookies.get('ASTRY') ?? assert.fail('no attempt')
  const jars: readonly Record<string, string>[] = [
    { ASFLOW: flow, ASTRY: attempt },
    { ASTRY: attempt },
    { ASFLOW: flow },
    { ASFLOW: flow, ASID: attempt },
    { ASFLOW: flow, ASTRY: attempt, ASID: attempt, ASDEV: attempt },
    { ASFLOW: attempt, ASID: flow },
  ]
  for (const jar of jars)
    for (const place of PLACES) {
      const other = person.clone()
      other.cookies.clear()
      for (const [name, value] of Object.entries(jar)) other.cookies.set(name, value)
      const visit = await other.send(place)
      assert.ok(isAnswerForNobody(target, place, visit), `${place} ${visit.status} ${visit.location}`)
      for (const method of ['HEAD', 'OPTIONS']) {
        const answer = await other.send(place, { method })
        assert.ok(answer.status < 500 && !answer.location?.includes('code='), `${method} ${place}`)
      }
      assert.equal(other.cookies.get('ASID'), jar.ASID)
    }
  assert.equal(target.rows('select id from session').length, 0)
})

test('the cookies of a half-way sign-in are no credentials of the API', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const person = target.person()
  await target.atCodePage(person, 'ann')
  for (const token of [...person.cookies.values()]) {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    for (const authorization of [
      `Bearer ${token}`,
      basic(`ann:${token}`),
      basic(`root:${token}`),
      basic(`${token}:`),
      basic(`ann:${PASSWORD}`),
    ]) {
      for (const path of ['/User/ann', '/auth/userinfo'])
        assert.equal((await person.send(path, { headers: { authorization } })).status, 401)
    }
    for (const grant of [
      { grant_type: 'authorization_code', code: token },
      { grant_type: 'refresh_token', refresh_token: token },
      { grant_type: 'password', username: 'ann', password: PASSWORD },
    ]) {
      const answer = await target.fetch(
        new Request(`${target.url}/auth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
        }),
      )
      assert.equal(answer.status, 400, JSON.stringify(grant))
      assert.equal(((await answer.json()) as { access_token?: string }).access_token, undefined)
    }
  }
})

test('nobody writes their own second factor: not half-way, not signed in, not by a token', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const half = target.person()
  const page = await target.atCodePage(half, 'ann')
  const whole = target.person()
  await whole.submit(await target.atCodePage(whole, 'ann'), { token: target.code() }, '/confirm')
  assert.equal(await target.isSignedIn(whole), true)
  const body = JSON.stringify({ id: 'ann', password: PASSWORD, twoFactor: { enabled: false } })
  for (const [person, expected] of [
    [half, 401],
    [whole, 403],
  ] as const)
    for (const [method, path] of [
      ['PUT', '/User/ann'],
      ['PATCH', '/User/ann'],
      ['POST', '/User'],
      ['DELETE', '/User/ann'],
      ['PUT', '/fhir/User/ann'],
      ['POST', '/User/_search'],
    ] as const) {
      const headers = {
        'content-type': 'application/json',
        origin: target.url,
        'sec-fetch-site': 'same-origin',
      }
      const answer = await person.send(path, { method, body, headers })
      assert.equal(answer.status, expected, `${method} ${path}`)
    }
  const granted = await whole.send(`/auth/authorize?${OAUTH}`)
  const tokens = await target.fetch(
    new Request(`${target.url}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: 'mywebapp',
        client_secret: 'verysecret',
        code: new URL(granted.location ?? '').searchParams.get('code'),
      }),
    }),
  )
  const { access_token } = (await tokens.json()) as { access_token: string }
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${access_token}` }
  assert.equal((await half.send('/User/ann', { method: 'PUT', body, headers })).status, 403)

  for (const path of [ENABLE, DISABLE, `${ENABLE}/confirm-password`]) {
    const visit = await post(
      half,
      target,
      path,
      `csrf=${encodeURIComponent(csrfOf(page))}&token=${target.code()}`,
    )
    assert.equal(new URL(visit.location ?? '', target.url).pathname, LOGIN)
  }
  const user = (await (await target.rest('GET', '/User/ann')).json()) as { twoFactor: unknown }
  assert.deepEqual(user.twoFactor, { enabled: true })
})

test('no spelling of the code’s field or of the method gets past', async () => {
  const target = await startTarget()
  await target.addUser('ann')
  const person = target.person()
  const csrf = `csrf=${encodeURIComponent(csrfOf(await target.atCodePage(person, 'ann')))}`
  const code = target.code()
  const wrong = target.wrongCode()
  for (const body of [
    `token[]=${code}`,
    `token[0]=${code}`,
    `token[$ne]=`,
    `token[$ne]=x&token[$gt]=`,
    `token.$eq=${code}`,
    `token=${wrong}&token=${code}`,
    `token=${code}&token=${wrong}`,
    `Token=${code}`,
    'totp[]=1',
    '',
  ])
    assert.equal((await post(person, target, CODE_PATH, `${csrf}&${body}`)).status, 400, body)
  for (const [type, body] of [
    ['application/json', JSON.stringify({ csrf: csrf.slice(5), token: code })],
    ['application/json', JSON.stringify({ csrf: csrf.slice(5), token: { $ne: '' } })],
    ['text/plain', `${csrf}&token=${code}`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n${code}\r\n--x--`,
    ],
  ] as const)
    assert.equal((await post(person, target, CODE_PATH, body, { 'content-type': type })).status, 415)
  for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method'])
    assert.equal(
      (await person.send(`${CODE_PATH}?${csrf}&token=${code}&_method=POST`, { headers: { [name]: 'POST' } }))
        .status,
      200,
    )
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await person.send(CODE_PATH, {
      method,
      body: `${csrf}&token=${code}`,
      headers: { 'content-type': FORM, origin: target.url },
    })
    assert.equal(answer.status, 405)
  }
  assert.equal(await target.isSignedIn(person), false)
  assert.deepEqual(target.rows('select wrong_answers from sign_in_attempt where wrong_answers > 0'), [])
})
