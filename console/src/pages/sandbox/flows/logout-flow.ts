import { checkEqual } from '../trial/checks.ts'
import { randomWord } from '../trial/pkce.ts'
import { jsonOf, locationOf, textOf } from '../trial/play.ts'
import type { Flow, Step } from './flow.ts'
import { prepare } from './prepare.ts'
import { askToSignIn, proveCode, provePassword, receiveAnswer, signInLink } from './sign-in-steps.ts'
import { readUserinfo, redeemCode, userinfo } from './token-steps.ts'

const LOGOUT: Omit<Flow, 'steps'> = {
  id: 'logout',
  title: 'Logout',
  about:
    'The application sends the browser to end the session (OpenID Connect RP-Initiated Logout). The ID token says whom it means, so that nobody is asked.',
  client: 'confidential',
  grantType: 'authorization_code',
  hasUser: true,
  link: signInLink({ responseType: 'code', hasPkce: false }),
}

const endSession: Step = {
  id: 'end',
  title: 'The session ends',
  about: 'The browser goes to /auth/end-session and comes back to a post_logout_redirect_uri of the client.',
  run: async (play) => {
    const state = randomWord()
    const query = new URLSearchParams({
      id_token_hint: play.recall('id_token'),
      post_logout_redirect_uri: play.party.redirectUri,
      state,
    })
    const told = await play.browse({
      method: 'GET',
      path: `/auth/end-session?${query}`,
      headers: { accept: 'text/html' },
    })
    const location = locationOf(told)
    if (location === undefined) play.show({ kind: 'page', title: 'What the browser shows', html: told.body })
    play.need('The browser is sent back', true, location?.startsWith(play.party.redirectUri))
    const returned = new URL(location ?? '').searchParams.get('state') ?? undefined
    play.check(checkEqual('state is the one that was sent', state, returned))
    return undefined
  },
}

const isOver: Step = {
  id: 'over',
  title: 'It is over everywhere',
  about: 'Signing out ends the browser’s session and every token that came through it.',
  run: async (play) => {
    const { status } = await userinfo(play, play.recall('access_token'))
    play.check({
      title: 'The access token is over',
      hasPassed: status === 401,
      why: `Userinfo answers ${status}.`,
    })
    const told = await play.browse({
      method: 'GET',
      path: '/auth/login',
      headers: { accept: 'application/json' },
    })
    const isAsked = textOf(jsonOf(told), 'redirect') === ''
    play.check({
      title: 'The browser is asked to sign in again',
      hasPassed: isAsked,
      why: isAsked ? 'The sign-in asks for a password.' : 'Somebody is still signed in.',
    })
    return undefined
  },
}

export const logoutFlow: Flow = {
  ...LOGOUT,
  steps: [
    prepare(LOGOUT),
    askToSignIn({ responseType: 'code', hasPkce: false }),
    provePassword,
    proveCode,
    receiveAnswer('query'),
    redeemCode(false),
    readUserinfo,
    endSession,
    isOver,
  ],
}
