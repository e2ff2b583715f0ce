import type { JsonObject } from '../../../api/server.ts'
import { checkEqual, checkExpiry, checkIdToken } from '../trial/checks.ts'
import { decodeJwt, verifyJwt } from '../trial/jwt.ts'
import type { Play } from '../trial/play.ts'
import { jsonOf, textOf } from '../trial/play.ts'
import type { Told } from '../trial/trial.ts'
import type { Step } from './flow.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }

/** The client's id and secret as parameters (RFC 6749 §2.3.1); a public client has no secret to send. */
export const credentialsOf = (play: Play): Readonly<Record<string, string>> => {
  const { clientId, clientSecret } = play.party
  return { client_id: clientId, ...(clientSecret === '' ? {} : { client_secret: clientSecret }) }
}

export const postForm = (
  play: Play,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Told> =>
  play.call({
    method: 'POST',
    path,
    headers: FORM,
    body: new URLSearchParams({ ...parameters, ...credentialsOf(play) }).toString(),
  })

export const postToken = (play: Play, parameters: Readonly<Record<string, string>>): Promise<Told> =>
  postForm(play, '/auth/token', parameters)

/** Keeps and shows the tokens of an answer of the token endpoint. @throws {StepFailure} it is a refusal */
export const takeTokens = (play: Play, told: Told): JsonObject => {
  play.needStatus('Tokens are issued', 200, told)
  const answered = jsonOf(told)
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    const token = textOf(answered, name)
    if (token !== '') takeToken(play, name, token)
  }
  return answered
}

export const takeToken = (play: Play, name: string, token: string): void => {
  play.keep(name, token, 'secret')
  play.show({ kind: 'token', title: name, token })
}

export const redeemCode = (hasPkce: boolean): Step => ({
  id: 'redeem',
  title: 'The code becomes tokens',
  about: hasPkce
    ? 'The application shows the code verifier, which nobody but it has. The code works once, for a minute.'
    : 'The application proves who it is by its secret. The code works once, for a minute.',
  run: async (play) => {
    takeTokens(play, await postToken(play, redemption(play, hasPkce ? play.recall('verifier') : undefined)))
    return undefined
  },
})

export const redemption = (play: Play, verifier: string | undefined): Readonly<Record<string, string>> => ({
  grant_type: 'authorization_code',
  code: play.recall('code'),
  redirect_uri: play.party.redirectUri,
  ...(verifier === undefined ? {} : { code_verifier: verifier }),
})

export const checkTokens: Step = {
  id: 'check',
  title: 'The tokens are checked',
  about: 'The ID token tells the application who signed in: signature, issuer, audience, nonce and expiry.',
  run: async (play) => {
    if (!play.has('id_token')) {
      play.note('There is no ID token: the scope openid was not asked for or not granted.')
      return 'skipped'
    }
    const idToken = play.recall('id_token')
    await checkSignature(play, 'id_token', idToken)
    const claims = decodeJwt(idToken)?.claims ?? {}
    play.keep('sub', textOf(claims, 'sub'))
    const nonce = play.has('nonce') ? play.recall('nonce') : undefined
    const { clientId } = play.party
    const expected = { issuer: play.recall('issuer'), clientId, nonce, now: Date.now() }
    for (const check of checkIdToken({ claims, ...expected })) play.check(check)
    const access = play.has('access_token') ? decodeJwt(play.recall('access_token')) : undefined
    if (access !== undefined) {
      await checkSignature(play, 'access_token', play.recall('access_token'))
      play.check(checkExpiry(access.claims.exp, Date.now()))
    }
    return undefined
  },
}

export const checkSignature = async (play: Play, name: string, token: string): Promise<void> => {
  const told = await play.call({ method: 'GET', path: play.recall('jwks') })
  const signature = await verifyJwt(token, jsonOf(told))
  play.check({
    title: `The signature of the ${name} is right`,
    hasPassed: signature.kind === 'right',
    why:
      signature.kind === 'right'
        ? `The key ${signature.keyId} of ${play.recall('jwks')} verifies it.`
        : signature.why,
  })
}

export const readUserinfo: Step = {
  id: 'userinfo',
  title: 'Who it is',
  about: 'The application asks the userinfo endpoint with the access token.',
  run: async (play) => {
    const told = await userinfo(play, play.recall('access_token'))
    play.needStatus('The token is accepted', 200, told)
    const subject = textOf(jsonOf(told), 'sub')
    if (play.has('sub')) play.check(checkEqual('sub is that of the ID token', play.recall('sub'), subject))
    return undefined
  },
}

export const userinfo = (play: Play, token: string): Promise<Told> =>
  play.call({
    method: 'GET',
    path: '/auth/userinfo',
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
  })

/** That something is refused is what passes here. */
export const checkRefused = (play: Play, title: string, told: Told, error: string, status = 400): void => {
  const said = textOf(jsonOf(told), 'error')
  const hasPassed = told.status === status && said === error
  play.check({ title, hasPassed, why: `Expected ${status} ${error}, got ${told.status} ${said}.` })
}
