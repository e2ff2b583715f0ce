import type { Play } from '../trial/play.ts'
import { jsonOf, StepFailure, textOf } from '../trial/play.ts'
import { readTotpKey } from '../trial/totp.ts'
import { addSecrets, changeTrial } from '../trial/trial.ts'
import type { Flow, Step } from './flow.ts'
import { prepare } from './prepare.ts'
import { sendCode } from './send-code.ts'
import {
  askToSignIn,
  provePassword,
  receiveAnswer,
  sendPassword,
  sendPendingCode,
  showPage,
  signInLink,
} from './sign-in-steps.ts'
import { checkTokens, redeemCode } from './token-steps.ts'

const TWO_FACTOR: Omit<Flow, 'steps'> = {
  id: 'two-factor',
  title: 'Two-factor',
  about:
    'The whole story of a second factor: a user turns it on, signs in to the application with password and code, and turns it off. The authenticator beside the steps holds the key and shows the code.',
  client: 'confidential',
  grantType: 'authorization_code',
  hasUser: true,
  hasFreshUser: true,
  link: signInLink({ responseType: 'code', hasPkce: false }),
}

const postJson = (play: Play, path: string, body: Readonly<Record<string, string>>) =>
  play.browse({
    method: 'POST',
    path,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const signIn: Step = {
  id: 'sign-in',
  title: 'The user signs in',
  about: 'With the password alone: no second factor is on yet.',
  run: async (play) => {
    play.forgetCookies()
    play.forget('request', 'redirect', 'pending')
    await showPage(play, 'The sign-in page, as a person sees it', '/auth/login')
    await sendPassword(play)
    if (play.has('pending')) await sendPendingCode(play)
    return undefined
  },
}

const enrol: Step = {
  id: 'enrol',
  title: 'The authenticator gets its key',
  about:
    'A person scans the QR code of the page; a program reads the same key in JSON. It counts for nothing until a code confirms it.',
  run: async (play) => {
    const told = await postJson(play, '/auth/two-factor/request', {})
    play.needStatus('A key is given out', 200, told)
    const key = readTotpKey(textOf(jsonOf(told), 'uri'))
    if (key === undefined) throw new StepFailure('The answer holds no key that this authenticator can use.')
    addSecrets(key.secret)
    changeTrial(() => ({ authenticator: { key, userId: play.party.userId, uses: [] } }))
    await showPage(play, 'The page with the QR code, as a person sees it', '/auth/two-factor/enable')
    return undefined
  },
}

const confirm: Step = {
  id: 'confirm',
  title: 'A code turns it on',
  about: 'The code proves that the authenticator has the key.',
  run: async (play) => {
    const told = await sendCode(play, 'turned on', (token) =>
      postJson(play, '/auth/two-factor/confirm', { token }),
    )
    play.needStatus('The second factor is on', 200, told)
    await showPage(play, 'The settings now', '/auth/two-factor')
    return undefined
  },
}

const newBrowser: Step = {
  id: 'new-browser',
  title: 'Another browser',
  about: 'The cookies are forgotten, as in a private window.',
  run: async (play) => {
    play.forgetCookies()
    play.forget('redirect', 'pending', 'request')
    play.note('The browser of the trial has no cookies any more.')
    return undefined
  },
}

const proveBoth: Step = {
  id: 'code',
  title: 'The code of the authenticator',
  about:
    'Each code works once, so that the one which turned it on cannot sign in: the next one is waited for.',
  run: async (play) => {
    if (!play.has('pending')) throw new StepFailure('No second factor was asked for.')
    await showPage(play, 'The page that asks for the code', '/auth/login/2fa/confirm')
    await sendPendingCode(play)
    return undefined
  },
}

const disable: Step = {
  id: 'disable',
  title: 'A code turns it off',
  about: 'Being signed in is not enough: it takes a code, and again one that was not used.',
  run: async (play) => {
    const told = await sendCode(play, 'turned off', (token) =>
      postJson(play, '/auth/two-factor/disable', { token }),
    )
    play.needStatus('The second factor is off', 200, told)
    await showPage(play, 'The settings now', '/auth/two-factor')
    return undefined
  },
}

const withoutCode: Step = {
  id: 'without-code',
  title: 'The password alone again',
  about: 'In another browser, nobody asks for a code.',
  run: async (play) => {
    play.forgetCookies()
    play.forget('redirect', 'pending', 'request')
    await sendPassword(play)
    play.need('No code is asked for', false, play.has('pending'))
    return undefined
  },
}

export const twoFactorFlow: Flow = {
  ...TWO_FACTOR,
  steps: [
    prepare(TWO_FACTOR),
    signIn,
    enrol,
    confirm,
    newBrowser,
    askToSignIn({ responseType: 'code', hasPkce: false }),
    provePassword,
    proveBoth,
    receiveAnswer('query'),
    redeemCode(false),
    checkTokens,
    disable,
    withoutCode,
  ],
}
