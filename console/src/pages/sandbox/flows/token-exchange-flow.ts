import { decodeJwt, forgeJwt, newIssuerKeys, publicPem, signJwt } from '../trial/jwt.ts'
import { randomWord } from '../trial/pkce.ts'
import type { Play } from '../trial/play.ts'
import type { Flow, Step } from './flow.ts'
import { create, prepare, TOKEN_EXCHANGE, TRIAL_ISSUER } from './prepare.ts'
import { checkRefused, postToken, readUserinfo, takeToken, takeTokens } from './token-steps.ts'

const EXCHANGE: Omit<Flow, 'steps'> = {
  id: 'token-exchange',
  title: 'Token exchange',
  about:
    'A client shows a token of another issuer and gets one of ours for the same user (RFC 8693). The page plays the issuer: it has a key of its own. Nobody signs in, so that no second factor is asked for.',
  client: 'confidential',
  grantType: TOKEN_EXCHANGE,
  hasUser: true,
}

const LIFETIME_SECONDS = 300

const trust: Step = {
  id: 'trust',
  title: 'The issuer is trusted',
  about: 'A TokenIntrospector names the issuer and its public key; the client lists it in allowedIssuers.',
  run: async (play) => {
    const keys = await newIssuerKeys()
    const key = { kty: 'EC', alg: 'ES256', format: 'PEM', pub: await publicPem(keys) }
    await create(play, '/TokenIntrospector/trial-issuer', {
      type: 'jwt',
      jwt: { iss: TRIAL_ISSUER, keys: [key] },
    })
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: TRIAL_ISSUER,
      sub: play.party.userId,
      jti: randomWord(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
    }
    takeToken(play, 'subject_token', await signJwt(keys, claims))
    return undefined
  },
}

const exchange = (play: Play, subjectToken: string) =>
  postToken(play, {
    grant_type: TOKEN_EXCHANGE,
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  })

const forged: Step = {
  id: 'forged',
  title: 'A forged token',
  about: 'The same token for another user, with the old signature.',
  run: async (play) => {
    const token = play.recall('subject_token')
    const told = await exchange(play, forgeJwt(token, { ...decodeJwt(token)?.claims, sub: 'admin' }))
    checkRefused(play, 'The forged token is refused', told, 'invalid_request')
    return undefined
  },
}

const exchanged: Step = {
  id: 'exchange',
  title: 'The token is exchanged',
  about: 'The client proves who it is by its secret.',
  run: async (play) => {
    takeTokens(play, await exchange(play, play.recall('subject_token')))
    return undefined
  },
}

export const tokenExchangeFlow: Flow = {
  ...EXCHANGE,
  steps: [prepare(EXCHANGE), trust, forged, exchanged, readUserinfo],
}
