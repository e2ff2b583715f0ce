// RFC 6750 §3.1: every bearer token that is refused gets the same error, and the audit log has the reason and whose it was.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { before, beforeEach, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { systemRandom } from '../../src/kernel/random.ts'
import { newSecretToken } from '../../src/kernel/secret-token.ts'
import { newClientKey } from '../support/client-assertion.ts'
import { openAndCloseAfter } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { MYWEBAPP, obtainCode, redeem, SECRET } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const DAY = 24 * 3600_000

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

interface Refused {
  readonly reason: string
  /** What becomes of the honest token. */
  readonly is: string
  readonly make: (app: StoredApp, tokens: Tokens) => Promise<string> | string
  /** Where the server knows whose it was. */
  readonly isKnown?: true
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const CASES: readonly Refused[] = [
  {
    is: 'that has expired',
    reason: 'expired',
    make: (app, { access_token }) => {
      app.clock.advance(361_000)
      return access_token
    },
    isKnown: true,
  },
  {
    is: 'that was revoked',
    reason: 'ended',
    make: async (app, { access_token, refresh_token }) => {
      const body = new URLSearchParams({
        token: refresh_token,
        client_id: 'mywebapp',
        client_secret: SECRET,
      })
      const answer = await app.fetch(new Request(`${app.url}/auth/revoke`, { method: 'POST', body }))
      assert.equal(answer.status, 200)
      return access_token
    },
    isKnown: true,
  },
  {
    is: 'that is a refresh token',
    reason: 'refresh-token',
    make: (_, { refresh_token }) => refresh_token,
    isKnown: true,
  },
  { is: 'that is an ID token', reason: 'no-access-token', make: (_, { id_token }) => id_token },
  { is: 'that nobody issued', reason: 'unknown-token', make: () => newSecretToken(systemRandom) },
  { is: 'that is no token at all', reason: 'malformed', make: () => 'hunter2' },
  {
    is: 'with alg none',
    reason: 'wrong-algorithm',
    make: (_, { access_token }) => `${encode({ alg: 'none' })}.${access_token.split('.')[1]}.`,
  },
  {
    is: 'with an HMAC in place of our signature (alg confusion)',
    reason: 'wrong-algorithm',
    make: (_, { access_token }) => {
      const { kid } = decodeProtectedHeader(access_token)
      const input = `${encode({ alg: 'HS256', kid })}.${access_token.split('.')[1]}`
      return `${input}.${createHmac('sha256', 'the public key').update(input).digest('base64url')}`
    },
  },
  {
    is: 'with a foreign kid',
    reason: 'foreign-kid',
    make: async (_, { access_token }) => {
      const { privateKey, kid } = await newClientKey('RS256')
      return new SignJWT(decodeJwt(access_token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    },
  },
  {
    is: 'with our kid and a foreign signature',
    reason: 'bad-signature',
    make: async (_, { access_token }) => {
      const { privateKey } = await newClientKey('RS256')
      const { kid = '' } = decodeProtectedHeader(access_token)
      return new SignJWT(decodeJwt(access_token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    },
  },
  {
    is: 'with a claim changed',
    reason: 'bad-signature',
    make: (_, { access_token }) => {
      const [head, , signature] = access_token.split('.')
      return [head, encode({ ...decodeJwt(access_token), sub: 'admin' }), signature].join('.')
    },
  },
]

/** Where bearer tokens are taken. */
const PLACES: Readonly<Record<string, (app: StoredApp, authorization: string) => Promise<Response>>> = {
  userinfo: (app, authorization) =>
    app.fetch(new Request(`${app.url}/auth/userinfo`, { headers: { authorization } })),
  resources: (app, authorization) =>
    app.fetch(new Request(`${app.url}/User/my-user`, { headers: { authorization } })),
  'two-factor JSON': (app, authorization) =>
    app.fetch(
      new Request(`${app.url}/auth/two-factor/request`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{}',
      }),
    ),
}

describe('RFC 6750: a refused bearer token', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })
  // NOTE: what one network shows is recorded once a day for each reason.
  beforeEach(() => app.clock.advance(DAY))

  const tokens = async (): Promise<Tokens> =>
    (await redeem(app, await obtainCode(app, { scope: 'openid' }))).body as unknown as Tokens
  const events = (from = app.database) =>
    from.all<{ reason: string; user_id: string | null; client_id: string | null; at: number }>(
      from.sql
        .selectFrom('audit_event')
        .select(['reason', 'user_id', 'client_id', 'at'])
        .where('event', '=', 'token-check')
        .where('outcome', '=', 'failure')
        .where('at', '=', app.clock.now().getTime())
        .$castTo(),
    )

  for (const { is, reason, make, isKnown } of CASES)
    test(`${is} is recorded as ${reason}`, async () => {
      const token = await make(app, await tokens())
      const answer = await PLACES.userinfo?.(app, `Bearer ${token}`)
      assert.equal(answer?.status, 401)
      assert.match(answer?.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
      await eventually(async () => (await events()).length > 0)
      const [event, ...more] = await events()
      assert.deepEqual(
        [event?.reason, event?.user_id, event?.client_id],
        isKnown === true ? [reason, 'my-user', 'mywebapp'] : [reason, null, null],
      )
      assert.deepEqual(more, [])
    })

  for (const [place, show] of Object.entries(PLACES))
    test(`is recorded wherever it is shown, and once: ${place}`, async () => {
      for (let time = 0; time < 3; time += 1) {
        const { status, headers } = await show(app, `Bearer ${newSecretToken(systemRandom)}`)
        assert.equal(status, 401)
        assert.match(headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/)
      }
      await eventually(async () => (await events()).length > 0)
      assert.deepEqual(
        (await events()).map(({ reason }) => reason),
        ['unknown-token'],
      )
    })

  test('of an inactive user is recorded with the user', async () => {
    const { access_token } = await tokens()
    assert.equal((await app.rest('PUT', '/User/my-user', { inactive: true })).status, 200)
    assert.equal((await PLACES.userinfo?.(app, `Bearer ${access_token}`))?.status, 401)
    await eventually(async () => (await events()).length > 0)
    assert.deepEqual(
      (await events()).map(({ reason, user_id }) => [reason, user_id]),
      [['ended', 'my-user']],
    )
  })

  test('a good token leaves nothing behind', async () => {
    assert.equal((await app.rest('PUT', '/User/my-user', { inactive: false })).status, 200)
    const { access_token } = await tokens()
    assert.equal((await PLACES.userinfo?.(app, `Bearer ${access_token}`))?.status, 200)
    await app.stop()
    const left = await openAndCloseAfter({ kind: 'sqlite', directory: app.directory })
    assert.deepEqual(await events(left), [])
  })
})
