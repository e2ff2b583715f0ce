// OpenID Connect Discovery §3, RFC 8414 §2: what is advertised works. The test walks the metadata; a value without an
// exercise fails it, so nothing can be advertised that no test uses.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createSuite, prepareSuite, SUITE_PASSWORD } from '../support/certification.ts'
import type { Exercise, World } from '../support/metadata-exercises.ts'
import {
  AUTHENTICATION,
  GRANTS,
  heardLogout,
  RESPONSE_TYPES,
  signedBy,
} from '../support/metadata-exercises.ts'
import { statusOf } from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { codeAt } from '../support/totp-codes.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** OpenID Connect Core §2, §5.1; RFC 8176; Session Management. */
const CLAIMS =
  'iss sub aud iat exp auth_time acr amr azp sid nonce at_hash c_hash name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at email email_verified phone_number phone_number_verified address'.split(
    ' ',
  )

const bearer = (token: unknown): { readonly authorization: string } => ({ authorization: `Bearer ${token}` })

const signedInTwice: Exercise = async ({ app, suite }) => {
  const browser = app.person()
  const one = await suite.signIn(browser)
  const answer = await suite.authorize(browser, { client_id: 'client2' })
  const { body } = await suite.redeem(answer.get('code'), { client_id: 'client2' })
  assert.equal((await suite.verify(body.id_token, 'client2')).sub, one.claims.sub)
}

const TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** With a password alone, and with a second factor, that the class is reached and told. */
const authenticationClass =
  (acr: string, twoFactor?: object): Exercise =>
  async ({ app, suite }) => {
    const id = `of-${acr}`
    await app.rest('PUT', `/User/${id}`, { password: SUITE_PASSWORD, ...(twoFactor && { twoFactor }) })
    const browser = app.person()
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: acr } } })
    let visit = await suite.enterPassword(browser, await suite.ask(browser, { claims }), id)
    if (twoFactor !== undefined)
      visit = await browser.follow(
        await browser.submit(visit, { token: codeAt(TOTP_SECRET, app.clock.now()) }, '/confirm'),
      )
    const { body } = await suite.redeem(suite.callbackOf(visit).get('code'))
    assert.equal((await suite.verify(body.id_token)).acr, acr)
  }

/** Told in the ID token, or at userinfo, where everything is asked for. */
const claim =
  (name: string): Exercise =>
  async (world) => {
    const { app, suite } = world
    const browser = app.person()
    const scope = 'openid profile email phone address'
    const { tokens, claims } = await suite.signIn(browser, { scope })
    const user = await suite.userinfo({ headers: bearer(tokens.access_token) })
    const { location } = await suite.ask(browser, { response_type: 'code id_token' })
    const front = await suite.verify(
      new URLSearchParams(new URL(location ?? '').hash.slice(1)).get('id_token'),
    )
    assert(name in claims || name in user || name in front)
  }

const prompt =
  (value: string, sees: 'password' | 'consent' | 'nothing'): Exercise =>
  async ({ app, suite }) => {
    const browser = app.person()
    await suite.signIn(browser)
    app.clock.advance(1000)
    const visit = await suite.ask(browser, { prompt: value })
    if (sees === 'nothing') assert.notEqual(suite.callbackOf(visit).get('code'), null)
    else assert.equal(suite.isSignInPage(visit), sees === 'password')
  }

const scope =
  (name: string, claim?: string): Exercise =>
  async ({ app, suite }) => {
    const { tokens } = await suite.signIn(app.person(), {
      scope: name === 'openid' ? name : `openid ${name}`,
    })
    assert((tokens.scope === undefined ? 'openid' : String(tokens.scope)).split(' ').includes(name))
    const user = await suite.userinfo({ headers: bearer(tokens.access_token) })
    if (claim !== undefined) assert(claim in user, claim)
  }

/** An optional parameter that changes how a page looks, and never what comes of it. */
const parameter =
  (name: string, value: string): Exercise =>
  async ({ app, suite }) => {
    await suite.signIn(app.person(), { [name]: value })
  }

const signIn: Exercise = async ({ app, suite }) => {
  await suite.signIn(app.person())
}

const EXERCISES: Readonly<Record<string, Exercise | Readonly<Record<string, Exercise>>>> = {
  ...AUTHENTICATION,
  issuer: async ({ app, suite, metadata }) => {
    const { answer, claims } = await suite.signIn(app.person())
    assert.deepEqual([answer.get('iss'), claims.iss], [metadata.issuer, metadata.issuer])
  },
  authorization_endpoint: async ({ app, suite, metadata }) => {
    const visit = await app.person().visit(`${metadata.authorization_endpoint}?${suite.requestOf({})}`)
    assert(suite.isSignInPage(visit))
  },
  token_endpoint: signIn,
  jwks_uri: signIn,
  userinfo_endpoint: async ({ app, suite, metadata }) => {
    const { tokens } = await suite.signIn(app.person())
    const response = await app.fetch(
      new Request(String(metadata.userinfo_endpoint), { headers: bearer(tokens.access_token) }),
    )
    assert.equal(((await response.json()) as { sub: string }).sub, 'ada')
  },
  introspection_endpoint: async (world) => {
    await AUTHENTICATION.introspection_endpoint_auth_methods_supported?.client_secret_basic?.(world)
  },
  revocation_endpoint: async ({ app, suite, metadata }) => {
    const { tokens } = await suite.signIn(app.person())
    const body = new URLSearchParams({
      client_id: 'client',
      client_secret: 'verysecret-verysecret-verysecret-verysecret',
      token: String(tokens.access_token),
    })
    await app.fetch(new Request(String(metadata.revocation_endpoint), { method: 'POST', body }))
    assert.equal(await statusOf(app, tokens.access_token), 401)
  },
  end_session_endpoint: async ({ app, suite, metadata }) => {
    const browser = app.person()
    const { tokens } = await suite.signIn(browser)
    const hint = new URLSearchParams({ id_token_hint: String(tokens.id_token) })
    await browser.visit(`${metadata.end_session_endpoint}?${hint}`)
    assert(suite.isSignInPage(await suite.ask(browser)))
  },
  backchannel_logout_supported: {
    true: async (world) => {
      assert.equal((await heardLogout(world)).sub, 'ada')
    },
  },
  backchannel_logout_session_supported: {
    true: async (world) => {
      const { sid, expectedSid } = await heardLogout(world)
      assert.equal(typeof sid, 'string')
      assert.equal(sid, expectedSid)
    },
  },
  response_types_supported: RESPONSE_TYPES,
  response_modes_supported: {
    query: async ({ app, suite }) => {
      const answer = await suite.authorize(app.person(), { response_mode: 'query' })
      assert.notEqual(answer.get('code'), null)
    },
    fragment: async ({ app, suite }) => {
      const browser = app.person()
      await suite.signIn(browser)
      const { location } = await suite.ask(browser, { response_mode: 'fragment' })
      assert.match(new URL(location ?? '').hash, /^#code=/)
    },
    form_post: async ({ app }) => {
      const formPost = createSuite(app, 'form_post')
      assert.notEqual((await formPost.authorize(app.person())).get('code'), null)
    },
  },
  grant_types_supported: GRANTS,
  id_token_signing_alg_values_supported: {
    RS256: signedBy('RS256'),
    ES256: signedBy('ES256'),
    EdDSA: signedBy('EdDSA'),
  },
  acr_values_supported: {
    aal1: authenticationClass('aal1'),
    aal2: authenticationClass('aal2', { enabled: true, secretKey: TOTP_SECRET }),
  },
  claims_supported: Object.fromEntries(CLAIMS.map((name) => [name, claim(name)])),
  code_challenge_methods_supported: {
    S256: async ({ app, suite }) => {
      const challenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
      const answer = await suite.authorize(app.person(), challenge)
      assert.equal((await suite.redeem(answer.get('code'), { code_verifier: VERIFIER })).status, 200)
    },
  },
  authorization_response_iss_parameter_supported: {
    true: async ({ app, suite, metadata }) => {
      assert.equal((await suite.authorize(app.person())).get('iss'), metadata.issuer)
      assert.equal((await suite.authorize(app.person(), { prompt: 'none' })).get('iss'), metadata.issuer)
    },
  },
  prompt_values_supported: {
    none: prompt('none', 'nothing'),
    login: prompt('login', 'password'),
    select_account: prompt('select_account', 'password'),
    // NOTE: of a first-party client nobody is asked; test/flows/consent.test.ts has the others.
    consent: prompt('consent', 'nothing'),
  },
  subject_types_supported: { public: signedInTwice },
  claims_parameter_supported: {
    true: async ({ app, suite }) => {
      const asked = JSON.stringify({ id_token: { email: null } })
      assert.equal((await suite.signIn(app.person(), { claims: asked })).claims.email, 'ada@example.org')
    },
  },
  request_parameter_supported: {
    false: async ({ app, suite }) => {
      const answer = suite.callbackOf(await suite.ask(app.person(), { request: 'e30.e30.' }))
      assert.equal(answer.get('error'), 'request_not_supported')
    },
  },
  request_uri_parameter_supported: {
    false: async ({ app, suite }) => {
      const answer = suite.callbackOf(await suite.ask(app.person(), { request_uri: 'https://a.test/r' }))
      assert.equal(answer.get('error'), 'request_uri_not_supported')
    },
  },
  scopes_supported: {
    openid: scope('openid', 'sub'),
    profile: scope('profile', 'name'),
    email: scope('email', 'email'),
    phone: scope('phone', 'phone_number'),
    address: scope('address', 'address'),
    offline_access: scope('offline_access'),
  },
  display_values_supported: { page: parameter('display', 'page'), popup: parameter('display', 'popup') },
  ui_locales_supported: { en: parameter('ui_locales', 'en') },
  claim_types_supported: { normal: scope('email', 'email') },
}

/** What a value of the metadata asks to be done: one exercise, or one for each of its elements. */
const exercisesOf = (name: string, value: unknown): readonly (readonly [string, Exercise | undefined])[] => {
  const found = EXERCISES[name]
  if (typeof found === 'function') return [[name, found]]
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.map((one) => [`${name}: ${one}`, found?.[String(one)]] as const)
}

describe('OpenID Connect Discovery §3: the metadata', () => {
  let world: World
  before(async () => {
    const app = await startStoredApp()
    await prepareSuite(app)
    const response = await app.fetch(new Request(`${app.url}/.well-known/openid-configuration`))
    const metadata = (await response.json()) as Record<string, unknown>
    world = { app, suite: createSuite(app, 'query'), metadata }
  })

  test('advertises nothing that does not work', async (t) => {
    for (const [name, value] of Object.entries(world.metadata))
      for (const [title, exercise] of exercisesOf(name, value))
        await t.test(title, async () => {
          assert(exercise, `${title} is advertised, and no exercise uses it`)
          await exercise(world)
        })
  })
})
