import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOGIN, PASSWORD, startTarget } from '../support/attack.ts'

const CALLBACK = 'https://app.example/cb?tenant=1'
const EVIL = 'evil.example'

const base64 = (text: string): readonly string[] => {
  const plain = Buffer.from(text).toString('base64')
  return [plain, plain.replaceAll('+', '-').replaceAll('/', '_'), plain.replace(/=+$/, '')]
}

const leading = [
  `https://${EVIL}`,
  `http://${EVIL}/auth/login`,
  `//${EVIL}`,
  `///${EVIL}`,
  `////${EVIL}/x`,
  `/\\${EVIL}`,
  `\\\\${EVIL}`,
  `\\/${EVIL}`,
  `/\\/${EVIL}`,
  `/\t/${EVIL}`,
  `\t//${EVIL}`,
  `/\n/${EVIL}`,
  `/\r\n/${EVIL}`,
  `/ /${EVIL}`,
  ` //${EVIL}`,
  ` https://${EVIL}`,
  `/.//${EVIL}`,
  `/..//${EVIL}`,
  `/x/..//${EVIL}`,
  `/%2e//${EVIL}`,
  `/%2e%2e//${EVIL}`,
  `https:${EVIL}`,
  `https:/${EVIL}`,
  `http:///${EVIL}`,
  `HTTPS://${EVIL}`,
  `http://localhost:8080@${EVIL}`,
  `http://localhost:8080:x@${EVIL}/`,
  `http://${EVIL}@localhost:8080/`,
  `http://localhost:8080.${EVIL}`,
  `http://localhost.${EVIL}:8080`,
  `http://localhost:80800`,
  `https://localhost:8080/`,
  `http://localhost:8080\\@${EVIL}`,
  `http://localhost:8080?#@${EVIL}/..//${EVIL}`,
  `javascript:alert(1)`,
  `JaVaScRiPt:alert(1)`,
  `data:text/html,x`,
  `ftp://${EVIL}`,
  `\u2028//${EVIL}`,
  `/\u00a0/${EVIL}`,
  `//${EVIL.replace('.', '\u3002')}`,
  `/\u0000/${EVIL}`,
  EVIL,
  `.${EVIL}`,
  `@${EVIL}`,
  `:@${EVIL}`,
  `?https://${EVIL}`,
]

/** Where the answer leads stays with us: in the eyes of a URL parser, and by how the text begins. */
const isOurs = (location: string | undefined, origin: string): boolean =>
  location !== undefined &&
  /^\/(?![/\\])[!-~]*$/.test(location) &&
  new URL(location, origin).origin === origin

test('no redirect_to leads elsewhere: plain, in Base64, escaped twice, by GET while signed in or by the form', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  for (const value of leading.flatMap((text) => [text, ...base64(text), encodeURIComponent(text)])) {
    const path = `${LOGIN}?redirect_to=${encodeURIComponent(value)}`
    const visit = await ann.send(path)
    if (visit.status !== 400)
      assert.ok(
        visit.status === 303 && isOurs(visit.location, target.url),
        `${JSON.stringify(value)}: ${visit.location}`,
      )
  }
  for (const value of leading.filter((text) => !text.includes('\0'))) {
    const person = target.person()
    const login = await person.visit(LOGIN)
    const fields = { username: 'ann', password: PASSWORD, redirect_to: value }
    const done = await person.submit(login, fields)
    assert.ok(
      done.status === 303 && isOurs(done.location, target.url),
      `${JSON.stringify(value)}: ${done.location}`,
    )
  }
})

test('redirect_to brings back to our own pages, plain or in Base64', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  for (const value of ['/auth/two-factor', `${target.url}/auth/two-factor`].flatMap((text) => [
    text,
    ...base64(text),
  ])) {
    const visit = await ann.send(`${LOGIN}?redirect_to=${encodeURIComponent(value)}`)
    assert.equal(visit.location, '/auth/two-factor', value)
  }
})

const redirectUris = [
  `https://app.example.${EVIL}/cb?tenant=1`,
  `https://${EVIL}/cb?tenant=1`,
  'https://app.examplex/cb?tenant=1',
  'https://x.app.example/cb?tenant=1',
  'https://xapp.example/cb?tenant=1',
  `https://app.example@${EVIL}/cb?tenant=1`,
  `https://app.example:x@${EVIL}/cb?tenant=1`,
  'https://user@app.example/cb?tenant=1',
  `https://${EVIL}\\@app.example/cb?tenant=1`,
  `https://app.example\\.${EVIL}/cb?tenant=1`,
  'https://app.example\\cb?tenant=1',
  'https://app.example/cb/../cb?tenant=1',
  'https://app.example/./cb?tenant=1',
  'https://app.example/x/%2e%2e/cb?tenant=1',
  'https://app.example/%2e/cb?tenant=1',
  'https://app.example/c%62?tenant=1',
  'https://app.example/cb/?tenant=1',
  'https://app.example/cb/more?tenant=1',
  'https://app.example//cb?tenant=1',
  'https://app.example/cb',
  'https://app.example/cb?tenant=2',
  'https://app.example/cb?tenant=1&x=y',
  'https://app.example/cb?tenant=1#x',
  'https://app.example/cb?tenant=1#',
  'https://app.example/cb?tenant=1%23',
  'http://app.example/cb?tenant=1',
  'https://app.example:443/cb?tenant=1',
  'https://app.example:8443/cb?tenant=1',
  'HTTPS://app.example/cb?tenant=1',
  'https://APP.example/cb?tenant=1',
  'https://app.example/CB?tenant=1',
  'https://app.example./cb?tenant=1',
  'https://app\u3002example/cb?tenant=1',
  '\u200bhttps://app.example/cb?tenant=1',
  ' https://app.example/cb?tenant=1',
  'https://app.example/cb?tenant=1 ',
  'https://app.example/cb?tenant=1\t',
  'https://app.example/cb?tenant=1\n',
  'https://app.example/cb?tenant=1\r\nX: y',
  'https://app.example/cb?tenant=1\0',
  '//app.example/cb?tenant=1',
  '/cb?tenant=1',
  'app.example/cb?tenant=1',
  'https://*.example/cb?tenant=1',
  'https://app.example/*',
  '*',
  'javascript:alert(1)//https://app.example/cb?tenant=1',
  'data:text/html,https://app.example/cb?tenant=1',
  'https://app.example/cb?tenant=1,https://evil.example',
  `https://app.example/cb?tenant=1 https://${EVIL}`,
]

test('a redirect URI that differs in anything gets a page: no redirect, no login form, signed in or not', async () => {
  const target = await startTarget()
  await target.addUser('ann', false)
  const auth = { authorization_code: { redirect_uri: CALLBACK } }
  const client = { secret: 'verysecret', first_party: true, grant_types: ['code'], auth }
  assert.equal((await target.rest('PUT', '/Client/exact', client)).status, 201)
  const ann = target.person()
  await target.logIn(ann, 'ann')
  const query = (uri: string) =>
    `client_id=exact&response_type=code&state=s&redirect_uri=${encodeURIComponent(uri)}`
  for (const person of [ann, target.person()])
    for (const path of ['/auth/authorize', LOGIN]) {
      for (const uri of redirectUris) {
        const visit = await person.send(`${path}?${query(uri)}`)
        assert.equal(visit.status, 400, `${path} ${JSON.stringify(uri)}: ${visit.location}`)
        assert.equal(visit.location, undefined)
        assert.equal(visit.page.querySelector('input[type=password]'), null)
        assert.equal(visit.page.querySelector(`a[href*="${EVIL}"]`), null)
      }
      for (const twice of [
        `${query(CALLBACK)}&redirect_uri=https://${EVIL}`,
        `redirect_uri=https://${EVIL}&${query(CALLBACK)}`,
      ])
        assert.equal((await person.send(`${path}?${twice}`)).status, 400)
      for (const id of ['nobody', '', 'EXACT', 'exact%20', 'exact&client_id=mywebapp'])
        assert.equal((await person.send(`${path}?response_type=code&client_id=${id}`)).status, 400, id)
    }
  const right = await ann.send(`/auth/authorize?${query(CALLBACK)}`)
  assert.ok(right.location?.startsWith(`${CALLBACK}&code=`), right.body)
})
