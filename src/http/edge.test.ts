import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { problemPage } from '../html/problem.page.ts'
import { DEFAULT_THEME } from '../html/theme.ts'
import { systemClock } from '../kernel/clock.ts'
import type { ProblemDetails } from '../kernel/problem.ts'
import { invalid, malformed, oauthProblem, Problem } from '../kernel/problem.ts'
import { systemRandom } from '../kernel/random.ts'
import { putHeader } from './answer-headers.ts'
import type { AppEnv } from './app-env.ts'
import type { ScriptAccess } from './cors.ts'
import { createEdge } from './edge.ts'
import type { Face } from './handle-error.ts'
import { createPinoLogger } from './pino-logger.ts'
import { answer, page, redirect } from './respond.ts'

const lines: string[] = []
const deps = {
  logger: createPinoLogger({ level: 'info', write: (line) => lines.push(line) }),
  clock: systemClock,
  random: systemRandom,
  trustedProxies: 0,
  scriptAccess: (): ScriptAccess => 'nobody',
  isRegisteredOrigin: async () => false,
  faceOfRoute: (pattern: string) => faces.get(pattern),
  isHttps: true,
  renderProblem: problemPage,
  currentTheme: async () => DEFAULT_THEME,
}
const faces = new Map<string, Face>()
const app = new Hono<AppEnv>()
const fetch = createEdge(app, deps)
const request = async (path: string, init?: RequestInit): Promise<Response> =>
  fetch(new Request(`http://localhost${path}`, init))

const group = (prefix: string, face: Face, thrown: () => Error): void => {
  const routes = new Hono<AppEnv>()
  routes.get(prefix, () => {
    throw thrown()
  })
  faces.set(prefix, face)
  app.route('/', routes)
}
let problem: Error = new Error('unset')
group('/auth/page', 'page', () => problem)
group('/auth/token', 'oauth', () => problem)
group('/User', 'operation-outcome', () => problem)
app.get('/auth/ok', (c) =>
  page(c, html`<p>hi</p>`, {
    theme: {
      ...DEFAULT_THEME,
      styleUrl: 'https://css.example/a.css?x;script-src *:',
      brand: { kind: 'image', url: '/logo.png' },
    },
    formTargets: ['https://x;form-action', 'com.example.app:/cb', 'no URL; script-src *'],
  }),
)
app.get('/auth/go', (c) => redirect(c, 'http://localhost:3001?code=a%2Fb&state=ü\r\nSet-Cookie: x=1'))
app.get('/raw', () => new Response('x'))
app.get('/odd', (c) => {
  putHeader(c, 'ETag', c.req.query('value') ?? '')
  return answer(c, 'x', 200, 'text/plain')
})

const browser = { accept: 'text/html,*/*;q=0.8' }
const json = { accept: 'application/json' }

test('every answer carries the security headers and a request id: pages, errors, bare responses', async () => {
  problem = new Error('bug')
  for (const path of [
    '/auth/ok',
    '/auth/go',
    '/raw',
    '/nothing',
    '/auth/page',
    '/User',
    '/auth/%zz',
    '//auth/ok',
  ]) {
    const { headers } = await request(path, { headers: browser })
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('x-frame-options'), 'DENY', path)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'.*frame-ancestors 'none'/,
      path,
    )
    assert.match(headers.get('referrer-policy') ?? '', /^(?:no-referrer|same-origin)$/, path)
    assert.equal(headers.get('strict-transport-security'), 'max-age=63072000', path)
    const isPage = headers.get('content-type')?.startsWith('text/html') === true
    assert.equal(headers.get('cross-origin-opener-policy'), isPage ? 'same-origin' : null, path)
    assert.equal(headers.has('permissions-policy'), isPage, path)
    assert.equal(headers.get('cache-control'), 'no-store', path)
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/, path)
  }
})

test("a page's policy names the origins of its theme and the schemes that its form leads to, and nothing more", async () => {
  const { headers } = await request('/auth/ok')
  assert.equal(
    headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self' https://css.example; img-src 'self' data:; " +
      "form-action 'self' https: com.example.app:; frame-ancestors 'none'; base-uri 'none'",
  )
})

test('a redirect is a 303 to exactly what was said, and cannot start another header', async () => {
  const response = await request('/auth/go')
  assert.equal(response.status, 303)
  assert.equal(
    response.headers.get('location'),
    'http://localhost:3001?code=a%2Fb&state=%C3%BC%0D%0ASet-Cookie:%20x=1',
  )
  assert.equal(response.headers.get('set-cookie'), null)
})

test('a header that cannot be sent is a bug like any other: logged, and told with every header of ours', async () => {
  assert.equal((await request('/odd?value=a%20b')).headers.get('etag'), 'a b')
  for (const value of ['a%0D%0AX: y', 'a%0A', '%E2%82%AC', '%C3%BC', '%7F']) {
    const { status, headers } = await request(`/odd?value=${value}`)
    assert.equal(status, 500, value)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.match(lines.at(-2) ?? '', /the header ETag holds/)
  }
})

test('an incoming request id is kept where it is one, else replaced', async () => {
  const idFor = async (id: string): Promise<string | null> =>
    (await request('/raw', { headers: { 'x-request-id': id } })).headers.get('x-request-id')
  assert.equal(await idFor('abc-1._Z'), 'abc-1._Z')
  for (const id of ['a b', '<x>', 'a'.repeat(65)]) assert.match((await idFor(id)) ?? '', /^[0-9a-f]{32}$/)
})

const KINDS: readonly (readonly [details: ProblemDetails, status: number, code: string, error: string])[] = [
  [
    { kind: 'oauth', error: 'invalid_grant', description: 'User is inactive' },
    400,
    'invalid',
    'invalid_grant',
  ],
  [{ kind: 'unauthenticated' }, 401, 'login', 'login_required'],
  [{ kind: 'forbidden' }, 403, 'forbidden', 'access_denied'],
  [{ kind: 'not-found', message: 'Resource User/x not found' }, 404, 'not-found', 'invalid_request'],
  [{ kind: 'gone', message: 'deleted' }, 410, 'deleted', 'invalid_request'],
  [{ kind: 'method-not-allowed', allow: ['GET'] }, 405, 'not-supported', 'invalid_request'],
  [{ kind: 'not-acceptable', message: 'x' }, 406, 'not-supported', 'invalid_request'],
  [{ kind: 'duplicate', message: 'x' }, 409, 'duplicate', 'invalid_request'],
  [{ kind: 'version-conflict', message: 'Version Id mismatch' }, 412, 'conflict', 'invalid_request'],
  [{ kind: 'too-large', limitBytes: 1 }, 413, 'too-long', 'invalid_request'],
  [{ kind: 'unsupported-media-type', message: 'x' }, 415, 'not-supported', 'invalid_request'],
  [{ kind: 'malformed', issues: [{ message: 'x' }] }, 400, 'invalid', 'invalid_request'],
  [{ kind: 'invalid', issues: [{ path: 'a', message: 'x' }] }, 422, 'invalid', 'invalid_request'],
  [{ kind: 'rate-limited', retryAfterSeconds: 29.2 }, 429, 'throttled', 'temporarily_unavailable'],
  [{ kind: 'unavailable', retryAfterSeconds: 5, message: 'x' }, 503, 'transient', 'temporarily_unavailable'],
]

test('each problem has one status and a code of its own in every face', async () => {
  for (const [details, status, code, error] of KINDS) {
    problem = new Problem(details)
    const shown = await request('/auth/page', { headers: browser })
    assert.equal(shown.status, status, details.kind)
    assert.match(await shown.text(), /<html/)
    const told = await request('/auth/token')
    assert.equal(told.status, status)
    assert.equal(((await told.json()) as { readonly error: string }).error, error)
    const outcome = await request('/User')
    assert.equal(outcome.status, status)
    const body = (await outcome.json()) as { readonly issue: readonly { readonly code: string }[] }
    assert.equal(body.issue[0]?.code, code)
  }
})

test('an OperationOutcome has the shape of the contract, in JSON and YAML', async () => {
  problem = new Problem({ kind: 'forbidden' })
  assert.deepEqual(await (await request('/User')).json(), {
    resourceType: 'OperationOutcome',
    id: 'forbidden',
    text: { status: 'generated', div: 'Forbidden' },
    issue: [{ severity: 'fatal', code: 'forbidden', diagnostics: 'Forbidden' }],
  })
  problem = invalid('expected array', 'name')
  const response = await request('/User', { headers: { accept: 'text/yaml' } })
  assert.match(response.headers.get('content-type') ?? '', /^text\/yaml/)
  const yaml = await response.text()
  assert.match(yaml, /div: Invalid resource/)
  assert.match(yaml, /expression:\n\s+- name\n\s+diagnostics: expected array/)
  assert.doesNotMatch(yaml, /^id:/m)
})

test('a 401 names its scheme, except to scripts of our own pages', async () => {
  problem = new Problem({ kind: 'unauthenticated' })
  const challenge = async (headers: Record<string, string>): Promise<string | null> =>
    (await request('/User', { headers })).headers.get('www-authenticate')
  const both = 'Basic realm="Countersign", charset="UTF-8", Bearer realm="Countersign"'
  assert.equal(await challenge({}), both)
  assert.equal(await challenge({ 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }), null)
  problem = new Problem({ kind: 'unauthenticated', isTokenRefused: true })
  assert.equal(await challenge({}), 'Bearer realm="Countersign", error="invalid_token"')
  const told = await request('/auth/token')
  assert.equal(told.headers.get('www-authenticate'), 'Bearer realm="Countersign", error="invalid_token"')
  problem = oauthProblem('invalid_token', 'the "token" ended\n ü', 'Bearer')
  const response = await request('/auth/token')
  assert.equal(response.status, 401)
  assert.equal(
    response.headers.get('www-authenticate'),
    'Bearer realm="Countersign", error="invalid_token", error_description="the \'token\' ended? ?"',
  )
  assert.equal(response.headers.get('pragma'), 'no-cache')
})

test('429, 503 and 405 say when and how to come back', async () => {
  problem = new Problem({ kind: 'rate-limited', retryAfterSeconds: 29.2 })
  assert.equal((await request('/auth/page')).headers.get('retry-after'), '30')
  const wrongMethod = await request('/auth/page', { method: 'DELETE', headers: json })
  assert.equal(wrongMethod.status, 405)
  assert.equal(wrongMethod.headers.get('allow'), 'GET, HEAD, OPTIONS')
  assert.equal((await request('/auth/page', { method: 'OPTIONS' })).status, 204)
  assert.equal((await request('/nothing', { method: 'OPTIONS' })).status, 404)
  const override = { method: 'POST', headers: { 'x-http-method-override': 'GET' } }
  assert.equal((await request('/auth/ok', override)).status, 405)
})

test('what is not there is told in the face of who asks', async () => {
  assert.match(await (await request('/nothing', { headers: browser })).text(), /Page not found/)
  assert.match(await (await request('/nothing')).text(), /"OperationOutcome"/)
  assert.match(await (await request('/auth/nothing', { headers: json })).text(), /"invalid_request"/)
})

test('a bug is logged with its stack and told by its request id alone', async () => {
  problem = Object.assign(new TypeError('column s3cret is missing'), { parameters: ['s3cret-row'] })
  for (const path of ['/auth/page', '/auth/token', '/User']) {
    lines.length = 0
    const response = await request(path, { headers: { ...browser, 'x-request-id': 'id-1' } })
    assert.equal(response.status, 500)
    const body = await response.text()
    assert.match(body, /id-1/)
    assert.doesNotMatch(body, /s3cret|TypeError|\.ts/)
    assert.match(lines.join(''), /"requestId":"id-1".*TypeError: column s3cret is missing.*edge\.test\.ts/)
    assert.doesNotMatch(lines.join(''), /s3cret-row/)
  }
})

test('the log has one line per request, without query, headers or body', async () => {
  lines.length = 0
  await request('/raw?password=hunter2&code=123456', {
    headers: { authorization: 'Basic aHVudGVyMg==', cookie: 'ASID=hunter2', referer: 'https://x/?hunter2' },
  })
  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>
  assert.equal(line.method, 'GET')
  assert.equal(line.path, '/raw')
  assert.equal(line.status, 200)
  assert.equal(typeof line.ms, 'number')
  assert.doesNotMatch(lines.join(''), /hunter2|123456|aHVudGVyMg/)
  deps.logger.info({ password: 'hunter2', nested: { token: 'hunter2' } }, 'careless')
  assert.doesNotMatch(lines.join(''), /hunter2/)
})

test('several faults of one request are all told', async () => {
  problem = new Problem({
    kind: 'malformed',
    issues: [
      { path: 'a', message: 'x' },
      { path: 'b', message: 'y' },
    ],
  })
  const body = (await (await request('/User')).json()) as { readonly issue: readonly unknown[] }
  assert.equal(body.issue.length, 2)
  problem = malformed('<script>alert(1)</script>', '"><img src=x>')
  assert.doesNotMatch(await (await request('/auth/page', { headers: browser })).text(), /<script>|<img/)
})

test('a page begins sentences with a capital but leaves the names of parameters as they are sent', async () => {
  const pageOf = async (thrown: Error): Promise<string> => {
    problem = thrown
    return (await request('/auth/page', { headers: browser })).text()
  }
  const unknown = 'no application has it'
  assert.match(await pageOf(malformed(unknown, 'client_id')), />client_id: no application has it\.</)
  assert.match(await pageOf(oauthProblem('invalid_request', 'state is long')), />State is long\.</)
  assert.match(await pageOf(oauthProblem('invalid_request', 'client_id is odd')), />client_id is odd\.</)
  assert.match(await pageOf(malformed('the body is no form')), />The body is no form\.</)
})
