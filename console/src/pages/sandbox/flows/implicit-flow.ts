import type { Flow, Step } from './flow.ts'
import { prepare } from './prepare.ts'
import { askToSignIn, proveCode, provePassword, receiveAnswer, signInLink } from './sign-in-steps.ts'
import { checkTokens, readUserinfo, takeToken } from './token-steps.ts'

const IMPLICIT: Omit<Flow, 'steps'> = {
  id: 'implicit',
  title: 'Implicit',
  about:
    'The tokens come with the redirect, in the fragment of the address. RFC 9700 advises against it: addresses end up in histories. New applications use the code with PKCE.',
  client: 'confidential',
  grantType: 'implicit',
  hasUser: true,
  link: signInLink({ responseType: 'id_token token', hasPkce: false }),
}

const readFragment: Step = {
  id: 'fragment',
  title: 'The tokens in the fragment',
  about: 'A script of the application reads them; no server has seen them.',
  run: async (play) => {
    for (const name of ['access_token', 'id_token']) takeToken(play, name, play.recall(name))
    return undefined
  },
}

export const implicitFlow: Flow = {
  ...IMPLICIT,
  steps: [
    prepare(IMPLICIT),
    askToSignIn({ responseType: 'id_token token', hasPkce: false }),
    provePassword,
    proveCode,
    receiveAnswer('fragment'),
    readFragment,
    checkTokens,
    readUserinfo,
  ],
}
