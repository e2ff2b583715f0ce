// Whoever has the password and not the code walks every way there is, in any order, with everything that was answered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { isJsonObject } from '../../src/kernel/json.ts'
import type { ProvenFactor } from '../../src/sessions/session.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { postToken, REDIRECT_URI, SECRET } from '../support/oauth-client.ts'
import type { Visit } from '../support/person.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

type Code = 'none' | 'wrong' | 'right'
type Step =
  | { readonly kind: 'password-grant'; readonly code: Code }
  | { readonly kind: 'mfa-grant'; readonly pick: number; readonly code: Code }
  | {
      readonly kind: 'redeem'
      readonly as: 'code' | 'refresh_token' | 'subject_token'
      readonly pick: number
    }
  | { readonly kind: 'client-credentials' }
  | { readonly kind: 'page'; readonly isForClient: boolean }
  | { readonly kind: 'page-code'; readonly code: Code }
  | { readonly kind: 'json-page'; readonly code: Code }
  | { readonly kind: 'authorize'; readonly responseType: string; readonly prompt: string }
  | { readonly kind: 'continue'; readonly path: string; readonly pick: number }
  | { readonly kind: 'cookie'; readonly pick: number }
  | { readonly kind: 'sign-out' }

const code = fc.constantFrom<Code>('none', 'wrong', 'wrong', 'right')
const pick = fc.nat(200)
const kind = <Kind extends Step['kind']>(name: Kind) => fc.constant(name)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: kind('password-grant'), code }),
  fc.record({ kind: kind('mfa-grant'), pick, code }),
  fc.record({
    kind: kind('redeem'),
    as: fc.constantFrom('code', 'refresh_token', 'subject_token'),
    pick,
  }),
  fc.record({ kind: kind('client-credentials') }),
  fc.record({ kind: kind('page'), isForClient: fc.boolean() }),
  fc.record({ kind: kind('page-code'), code }),
  fc.record({ kind: kind('json-page'), code }),
  fc.record({
    kind: kind('authorize'),
    responseType: fc.constantFrom('code', 'token', 'id_token', 'code id_token token'),
    prompt: fc.constantFrom('', 'none', 'login', 'consent'),
  }),
  fc.record({
    kind: kind('continue'),
    path: fc.constantFrom('/auth/authorize/continue', '/auth/grant'),
    pick,
  }),
  fc.record({ kind: kind('cookie'), pick }),
  fc.record({ kind: kind('sign-out') }),
)

const CLIENT: JsonObject = {
  first_party: true,
  grant_types: [
    'code',
    'implicit',
    'password',
    'client_credentials',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:token-exchange',
  ],
  auth: {
    authorization_code: { redirect_uri: REDIRECT_URI, refresh_token: true },
    implicit: { redirect_uri: REDIRECT_URI },
    password: { refresh_token: true },
    client_credentials: { refresh_token: true },
  },
}

/** Every text in an answer that might be worth something. */
const textsOf = (value: JsonValue): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return isJsonObject(value) ? Object.values(value).flatMap(textsOf) : []
}

const walk = async (app: SignInApp, userId: string, address: string, steps: readonly Step[]) => {
  const person = app.person(address)
  const loot: string[] = ['x']
  const picked = (index: number): string => loot[index % loot.length] ?? 'x'
  let wasCodeRight = false
  const codeFor = (given: Code): string => {
    if (given === 'right') wasCodeRight = true
    return given === 'right' ? app.code() : app.wrongCode()
  }
  const keep = (visit: Visit): void => {
    assert.ok(visit.status < 500, `${visit.status} at ${visit.url}`)
    loot.push(...person.cookies.values())
    if (visit.location === undefined) return
    const url = new URL(visit.location, visit.url)
    loot.push(...url.searchParams.values(), ...new URLSearchParams(url.hash.slice(1)).values())
  }
  const ask = async (parameters: Readonly<Record<string, string>>): Promise<void> => {
    const sent = { client_id: 'attacked', client_secret: SECRET, ...parameters }
    const answer = await postToken(app, sent, { 'x-forwarded-for': address })
    assert.ok(answer.status < 500, JSON.stringify(answer.body))
    loot.push(...textsOf(answer.body as JsonObject))
  }
  const authorize = { client_id: 'attacked', scope: 'openid', nonce: 'nonce' }

  const run = async (one: Step): Promise<void> => {
    switch (one.kind) {
      case 'password-grant':
        return ask({
          grant_type: 'password',
          username: userId,
          password: PASSWORD,
          ...(one.code === 'none' ? {} : { totp: codeFor(one.code) }),
        })
      case 'mfa-grant':
        return ask({ grant_type: 'password', mfa_token: picked(one.pick), totp: codeFor(one.code) })
      case 'redeem': {
        const grants = {
          code: 'authorization_code',
          refresh_token: 'refresh_token',
          subject_token: 'urn:ietf:params:oauth:grant-type:token-exchange',
        }
        const type = 'urn:ietf:params:oauth:token-type:access_token'
        return ask({ grant_type: grants[one.as], subject_token_type: type, [one.as]: picked(one.pick) })
      }
      case 'client-credentials':
        return ask({ grant_type: 'client_credentials', username: userId, password: PASSWORD })
      case 'page': {
        const query = `?${new URLSearchParams({ ...authorize, response_type: 'code' })}`
        const page = await person.send(`/auth/login${one.isForClient ? query : ''}`)
        if (page.status !== 200) return keep(page)
        return keep(await person.submit(page, { username: userId, password: PASSWORD }, '/auth/login'))
      }
      case 'page-code': {
        const page = await person.send('/auth/login/2fa/confirm')
        const hasForm = page.page.querySelector('input[name=token]') !== null
        if (!hasForm || one.code === 'none') return keep(page)
        return keep(await person.submit(page, { token: codeFor(one.code) }, '/confirm'))
      }
      case 'json-page': {
        const headers = { accept: 'application/json', 'content-type': 'application/json', origin: app.url }
        const post = async (path: string, body: JsonObject) => {
          const visit = await person.send(path, { method: 'POST', headers, body: JSON.stringify(body) })
          keep(visit)
          try {
            loot.push(...textsOf(JSON.parse(visit.body) as JsonValue))
          } catch {
            // NOTE: an answer that is no JSON is looked through for its address alone.
          }
        }
        await post('/auth/login', { username: userId, password: PASSWORD })
        if (one.code === 'none') return
        return post('/auth/login/2fa/confirm', { token: codeFor(one.code) })
      }
      case 'authorize': {
        const { prompt, responseType: response_type } = one
        const asked = { ...authorize, response_type, ...(prompt === '' ? {} : { prompt }) }
        return keep(await person.send(`/auth/authorize?${new URLSearchParams(asked)}`))
      }
      case 'continue':
        return keep(await person.send(`${one.path}?request=${encodeURIComponent(picked(one.pick))}`))
      case 'cookie':
        for (const name of ['ASID', 'ASDEV', 'ASTRY'])
          person.cookies.set(name, encodeURIComponent(picked(one.pick)))
        return
      case 'sign-out': {
        const page = await person.send('/auth/logout')
        if (page.page.querySelector('form') !== null) keep(await person.submit(page, {}))
      }
    }
  }
  for (const one of steps) await run(one)
  return wasCodeRight
}

forEachDatabaseConfig('whoever did not finish a sign-in', (fresh) => {
  test('gets no session, code or token of the user, whatever is tried in whatever order', async () => {
    const app = await startSignInApp({ config: await fresh() })
    await app.addClient('attacked', CLIENT, SECRET)
    let count = 0
    let issued = 0
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 10 }),
        async (isEnrolled, steps) => {
          count += 1
          const userId = `user-${count}`
          await app.addUser({ id: userId })
          if (isEnrolled) await app.enableTotp(userId)
          const wasCodeRight = await walk(app, userId, `10.0.${count >> 8}.${count & 255}`, steps)
          const rows = await app.database.all(
            app.database.sql.selectFrom('session').select(['type', 'proven']).where('user_id', '=', userId),
          )
          issued += rows.length
          if (isEnrolled && !wasCodeRight) assert.deepEqual(rows, [])
          for (const { type, proven } of rows) {
            const factors = (JSON.parse(proven) as readonly ProvenFactor[]).map(({ factor }) => factor)
            assert.deepEqual(factors, isEnrolled ? ['password', 'totp'] : ['password'], type)
          }
        },
      ),
      { numRuns: 60 },
    )
    assert.ok(issued > 20, 'the walks would have issued')
  })
})
