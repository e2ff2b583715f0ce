import { randomWord } from '../trial/pkce.ts'
import type { Play } from '../trial/play.ts'
import { locationOf, StepFailure } from '../trial/play.ts'
import type { Flow, Step } from './flow.ts'
import { prepare } from './prepare.ts'
import {
  askToSignIn,
  beginAuthorization,
  proveCode,
  provePassword,
  readAnswer,
  receiveAnswer,
  signInLink,
} from './sign-in-steps.ts'
import { checkRefused, checkTokens, postToken, readUserinfo, redeemCode, redemption } from './token-steps.ts'

const CODE: Omit<Flow, 'steps'> = {
  id: 'code',
  title: 'Authorization code',
  about:
    'For applications with a server of their own that can keep a secret. The browser carries a code, the tokens go from server to server.',
  client: 'confidential',
  grantType: 'authorization_code',
  hasUser: true,
  link: signInLink({ responseType: 'code', hasPkce: false }),
}

const PKCE: Omit<Flow, 'steps'> = {
  ...CODE,
  id: 'code-pkce',
  link: signInLink({ responseType: 'code', hasPkce: true }),
  title: 'Authorization code with PKCE',
  about:
    'For applications in a browser or on a phone, which cannot keep a secret: a code verifier, new for each sign-in, takes its place. Good for every other application as well.',
  client: 'public',
}

const askAgain = async (play: Play): Promise<string> => {
  const query = await beginAuthorization(play, 'code', true)
  const path = `/auth/authorize?${query}`
  let told = await play.browse({ method: 'GET', path, headers: { accept: 'text/html' } })
  let location = locationOf(told)
  while (location?.startsWith('/')) {
    told = await play.browse({ method: 'GET', path: location, headers: { accept: 'text/html' } })
    location = locationOf(told)
  }
  if (location === undefined) throw new StepFailure('The browser was not sent to the application.')
  return location
}

const thief: Step = {
  id: 'thief',
  title: 'Somebody steals the code',
  about:
    'Without the verifier the code is worth nothing; trying it uses it up. The application asks again, and the session of the browser answers at once.',
  run: async (play) => {
    checkRefused(
      play,
      'The code is refused with another verifier',
      await postToken(play, redemption(play, randomWord())),
      'invalid_grant',
    )
    readAnswer(play, await askAgain(play), 'query')
    return undefined
  },
}

const again: Step = {
  id: 'again',
  title: 'The code once more',
  about: 'Used twice, a code was stolen by somebody: whatever came of it ends.',
  run: async (play) => {
    checkRefused(
      play,
      'A code works once',
      await postToken(play, redemption(play, play.has('verifier') ? play.recall('verifier') : undefined)),
      'invalid_grant',
    )
    return undefined
  },
}

export const codeFlow: Flow = {
  ...CODE,
  steps: [
    prepare(CODE),
    askToSignIn({ responseType: 'code', hasPkce: false }),
    provePassword,
    proveCode,
    receiveAnswer('query'),
    redeemCode(false),
    checkTokens,
    readUserinfo,
    again,
  ],
}

export const pkceFlow: Flow = {
  ...PKCE,
  steps: [
    prepare(PKCE),
    askToSignIn({ responseType: 'code', hasPkce: true }),
    provePassword,
    proveCode,
    receiveAnswer('query'),
    thief,
    redeemCode(true),
    checkTokens,
    readUserinfo,
  ],
}
