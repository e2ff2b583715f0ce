// Every grant, every way a client may say who it is, every format of tokens, every state of the second factor.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../src/kernel/json.ts'
import { hashSecretToken } from '../../src/kernel/secret-token.ts'
import { basic, postToken, REDIRECT_URI, SECRET, userinfo } from './oauth-client.ts'
import type { Person } from './person.ts'
import { PASSWORD, startSignInApp } from './sign-in-app.ts'

export const GRANTS = [
  'authorization_code',
  'refresh_token',
  'password',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const
export const AUTHENTICATIONS = [
  'none of a public client',
  'none',
  'basic',
  'post',
  'private_key_jwt',
  'wrong secret',
  'wrong key',
  'basic and post',
  'basic and private_key_jwt',
] as const
export const FORMATS = ['opaque', 'jwt'] as const
export const FACTOR_STATES = ['none', 'no code', 'right code', 'wrong code', 'used code'] as const

export interface Cell {
  readonly grant: (typeof GRANTS)[number]
  readonly authentication: (typeof AUTHENTICATIONS)[number]
  readonly format: (typeof FORMATS)[number]
  readonly factor: (typeof FACTOR_STATES)[number]
}

export type Outcome = 'user' | 'client' | readonly [status: number, error: string]

export const RESPONSE_TYPES = [
  'code',
  'token',
  'id_token',
  'code id_token',
  'code token',
  'id_token token',
  'code id_token token',
] as const

type Parameters = Readonly<Record<string, string>>

const MAC_SECRET = 'a shared secret of at least 32 bytes, kept by two'
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { kty = '', crv = '', x = '', y = '' } = keys.publicKey.export({ format: 'jwk' })
const PUBLIC_JWK: JsonObject = { kty, crv, x, y, alg: 'ES256', use: 'sig' }
const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const clientOf = (token_format: string, isPublic: boolean): JsonObject => {
  const settings = { token_format, refresh_token: true }
  const web = { ...settings, redirect_uri: REDIRECT_URI }
  return {
    first_party: true,
    grant_types: [...GRANTS, 'implicit'],
    allowedIssuers: ['mac'],
    auth: {
      authorization_code: web,
      implicit: { token_format, redirect_uri: REDIRECT_URI },
      password: settings,
      client_credentials: { token_format },
      token_exchange: settings,
    },
    ...(isPublic ? {} : { jwks: [PUBLIC_JWK] }),
  }
}

/** What the client is called; a public one has neither secret nor key. */
const clientIdOf = ({ authentication, format }: Pick<Cell, 'authentication' | 'format'>): string =>
  authentication === 'none of a public client' ? `public-${format}` : format

export const startMatrix = async () => {
  const app = await startSignInApp()
  for (const format of FORMATS) {
    await app.addClient(format, clientOf(format, false), SECRET)
    await app.addClient(`public-${format}`, clientOf(format, true))
  }
  const introspector = { type: 'jwt', jwt: { iss: 'mac', secret: MAC_SECRET } }
  assert.equal((await app.rest('PUT', '/TokenIntrospector/mac', introspector)).status, 201)
  let count = 0
  const nextUser = async (factor: Cell['factor']) => {
    count += 1
    const userId = `user-${count}`
    await app.addUser({ id: userId })
    if (factor !== 'none') await app.enableTotp(userId)
    // NOTE: wrong answers are counted per network.
    const address = `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`
    if (factor === 'used code') {
      const before = app.person(address)
      await app.signInWithCode(before, userId)
      assert.ok(await app.isSignedIn(before))
    }
    return { userId, address }
  }

  /** The rows of tokens, browser sessions apart. */
  const tokensOf = async (userId: string | null, clientId: string): Promise<number> => {
    const query = app.database.sql
      .selectFrom('session')
      .select('id')
      .where('type', '<>', 'browser')
      .where('token_hash', 'is not', null)
      .where('client_id', '=', clientId)
    return (
      await app.database.all(
        userId === null ? query.where('user_id', 'is', null) : query.where('user_id', '=', userId),
      )
    ).length
  }

  /** Goes to the authorization endpoint as a person does, with what this state has to show; answers what came back. */
  const authorize = async (
    person: Person,
    userId: string,
    factor: Cell['factor'],
    parameters: Parameters,
  ): Promise<URLSearchParams> => {
    const query = `${new URLSearchParams(parameters)}`
    const first = await app.logIn(person, userId, PASSWORD, `/auth/login?${query}`)
    let last = first
    if (factor !== 'none') {
      const page = await person.follow(first)
      const code = factor === 'wrong code' ? app.wrongCode() : app.code()
      if (factor !== 'no code') last = await person.submit(page, { token: code }, '/confirm')
    }
    const arrived = answerOf(last.location)
    if (arrived !== undefined) return arrived
    // NOTE: whoever is half signed in tries everything else, too.
    for (const prompt of ['', '&prompt=none']) {
      const tried = answerOf((await person.send(`/auth/authorize?${query}${prompt}`)).location)
      for (const name of ['code', 'access_token', 'id_token']) assert.equal(tried?.get(name) ?? null, null)
    }
    return new URLSearchParams()
  }

  const assertionOf = (clientId: string, key = keys.privateKey): Promise<string> => {
    const at = Math.floor(app.clock.now().getTime() / 1000)
    return new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: app.url,
      jti: randomUUID(),
      exp: at + 60,
      iat: at,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(key)
  }

  const credentialsOf = async (
    clientId: string,
    authentication: Cell['authentication'],
  ): Promise<{ readonly parameters: Parameters; readonly headers: Parameters }> => {
    const signed = async (key = keys.privateKey) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertionOf(clientId, key),
    })
    switch (authentication) {
      case 'none':
      case 'none of a public client':
        return { parameters: { client_id: clientId }, headers: {} }
      case 'basic':
        return { parameters: {}, headers: basic(clientId, SECRET) }
      case 'post':
        return { parameters: { client_id: clientId, client_secret: SECRET }, headers: {} }
      case 'private_key_jwt':
        return { parameters: await signed(), headers: {} }
      case 'wrong secret':
        return { parameters: {}, headers: basic(clientId, `${SECRET}x`) }
      case 'wrong key':
        return { parameters: await signed(strangers.privateKey), headers: {} }
      case 'basic and post':
        return {
          parameters: { client_id: clientId, client_secret: SECRET },
          headers: basic(clientId, SECRET),
        }
      case 'basic and private_key_jwt':
        return { parameters: await signed(), headers: basic(clientId, SECRET) }
    }
  }

  /** What the grant needs, as far as this state of the second factor lets anybody have it. */
  const grantOf = async (cell: Cell, userId: string, address: string): Promise<Parameters> => {
    const clientId = clientIdOf(cell)
    const code = async (): Promise<string> => {
      const asked = {
        client_id: clientId,
        response_type: 'code',
        code_challenge: hashSecretToken(VERIFIER),
        code_challenge_method: 'S256',
      }
      return (
        (await authorize(app.person(address), userId, cell.factor, asked)).get('code') ?? 'none-was-given'
      )
    }
    switch (cell.grant) {
      case 'authorization_code':
        return { code: await code(), code_verifier: VERIFIER }
      case 'refresh_token': {
        const right = clientId.startsWith('public') ? 'none of a public client' : 'basic'
        const { parameters, headers } = await credentialsOf(clientId, right)
        const redeemed = await postToken(
          app,
          { ...parameters, grant_type: 'authorization_code', code: await code(), code_verifier: VERIFIER },
          headers,
        )
        return { refresh_token: String(redeemed.body.refresh_token ?? 'none-was-given') }
      }
      case 'password': {
        const answer = cell.factor === 'wrong code' ? app.wrongCode() : app.code()
        const hasCode = cell.factor !== 'none' && cell.factor !== 'no code'
        return { username: userId, password: PASSWORD, ...(hasCode ? { totp: answer } : {}) }
      }
      case 'client_credentials':
        return {}
      case 'urn:ietf:params:oauth:grant-type:token-exchange': {
        const exp = Math.floor(app.clock.now().getTime() / 1000) + 60
        const token = await new SignJWT({ iss: 'mac', sub: userId, exp })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(MAC_SECRET))
        return { subject_token: token, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }
      }
    }
  }

  return {
    app,
    nextUser,
    authorize,
    tokensOf,
    /** Asks for tokens; answers what was issued, and sees that it was no more and no less. */
    run: async (cell: Cell): Promise<Outcome> => {
      const { userId, address } = await nextUser(cell.factor)
      const clientId = clientIdOf(cell)
      const parameters = await grantOf(cell, userId, address)
      const credentials = await credentialsOf(clientId, cell.authentication)
      const count = async () => [await tokensOf(userId, clientId), await tokensOf(null, clientId)] as const
      const before = await count()
      const { status, body } = await postToken(
        app,
        { grant_type: cell.grant, ...parameters, ...credentials.parameters },
        { ...credentials.headers, 'x-forwarded-for': address },
      )
      const [forUser, forClient] = await count()
      const issued = [forUser - before[0], forClient - before[1]]
      if (status !== 200) {
        assert.deepEqual(issued, [0, 0], 'a refusal issues nothing')
        for (const name of ['access_token', 'refresh_token', 'id_token', 'userinfo'])
          assert.equal(name in body, false, name)
        return [status, String(body.error)]
      }
      const token = String(body.access_token)
      assert.equal(token.split('.').length === 3, cell.format === 'jwt', 'the format the client is set to')
      const shown = await userinfo(app, { authorization: `Bearer ${token}` })
      const isOfUser = shown.status === 200
      assert.deepEqual(issued, isOfUser ? [1, 0] : [0, 1], 'one token')
      if (!isOfUser) return shown.status === 403 ? 'client' : [shown.status, 'dead']
      assert.equal(((await shown.json()) as JsonObject).sub, userId)
      return 'user'
    },
  }
}

export type Matrix = Awaited<ReturnType<typeof startMatrix>>

/** What came back to the client, in the query or the fragment; undefined where nobody was sent there. */
const answerOf = (location: string | undefined): URLSearchParams | undefined => {
  if (location === undefined || !location.startsWith(REDIRECT_URI)) return undefined
  const url = new URL(location)
  return new URLSearchParams(url.hash === '' ? url.search : url.hash.slice(1))
}
