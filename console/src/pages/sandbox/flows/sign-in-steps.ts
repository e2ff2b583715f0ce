import { checkEqual } from '../trial/checks.ts'
import { challengeOf, randomWord } from '../trial/pkce.ts'
import type { Play } from '../trial/play.ts'
import { jsonOf, locationOf, StepFailure, textOf } from '../trial/play.ts'
import type { Party } from '../trial/trial.ts'
import type { Step } from './flow.ts'
import { sendCode } from './send-code.ts'

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' }
const MOST_HOPS = 10

export interface AuthorizationOptions {
  readonly responseType: string
  readonly hasPkce: boolean
}

/** Of the verifier in RFC 7636, appendix B: everybody knows it, so it is for a trial alone. */
const KNOWN_CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** The link that begins a sign-in in one's own browser. */
export const signInLink =
  ({ responseType, hasPkce }: AuthorizationOptions) =>
  (party: Party): string =>
    `/auth/login?${new URLSearchParams({
      client_id: party.clientId,
      response_type: responseType,
      redirect_uri: party.redirectUri,
      scope: 'openid profile email',
      state: 'private-window',
      nonce: 'private-window',
      ...(hasPkce ? { code_challenge: KNOWN_CHALLENGE, code_challenge_method: 'S256' } : {}),
    })}`

/** The application sends the browser to the authorization server. */
export const askToSignIn = ({ responseType, hasPkce }: AuthorizationOptions): Step => ({
  id: 'ask',
  title: 'The application asks',
  about: hasPkce
    ? 'It makes a state, a nonce and a code verifier, keeps them, and sends the browser here with the challenge: the SHA-256 of the verifier.'
    : 'It makes a state and a nonce, keeps them, and sends the browser here.',
  run: async (play) => {
    const query = await beginAuthorization(play, responseType, hasPkce)
    const told = await play.browse({
      method: 'GET',
      path: `/auth/login?${query}`,
      headers: { accept: 'application/json' },
    })
    play.needStatus('The request is accepted', 200, told)
    const answered = jsonOf(told)
    play.forget('redirect', 'pending', 'request')
    if (textOf(answered, 'redirect') !== '') {
      play.keep('redirect', textOf(answered, 'redirect'))
      play.note('Somebody is signed in already, so that nobody is asked.')
      return undefined
    }
    play.keep('request', textOf(answered, 'request'))
    await showPage(
      play,
      'The sign-in page, as a person sees it',
      `/auth/login?request=${play.recall('request')}`,
    )
    return undefined
  },
})

/** New state, nonce and verifier, and the query they go with. */
export const beginAuthorization = async (
  play: Play,
  responseType: string,
  hasPkce: boolean,
): Promise<URLSearchParams> => {
  const { clientId, redirectUri } = play.party
  const [state, nonce] = [randomWord(), randomWord()]
  play.keep('state', state)
  play.keep('nonce', nonce)
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: responseType,
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state,
    nonce,
  })
  if (hasPkce) {
    const verifier = randomWord()
    play.keep('verifier', verifier, 'secret')
    query.set('code_challenge', await challengeOf(verifier))
    query.set('code_challenge_method', 'S256')
  }
  return query
}

export const provePassword: Step = {
  id: 'password',
  title: 'The password',
  about: 'What the sign-in page sends, in JSON. No session exists before the sign-in is finished.',
  run: async (play) => {
    if (play.has('redirect')) return 'skipped'
    await sendPassword(play)
    return undefined
  },
}

/** Sends the password, for a waiting request of an application where there is one. */
export const sendPassword = async (play: Play): Promise<void> => {
  const { userId, password } = play.party
  const request = play.has('request') ? { request: play.recall('request') } : {}
  const told = await play.browse({
    method: 'POST',
    path: '/auth/login',
    headers: JSON_HEADERS,
    body: JSON.stringify({ username: userId, password, ...request }),
  })
  play.needStatus('The password is right', 200, told)
  const answered = jsonOf(told)
  const pending = textOf(answered, 'pending')
  if (pending === '') return play.keep('redirect', textOf(answered, 'redirect'))
  play.keep('pending', pending)
  play.note('The password alone is not enough: a second factor is on.')
}

export const proveCode: Step = {
  id: 'code',
  title: 'The code of the authenticator',
  about: 'Only where the second factor of the user is on.',
  run: async (play) => {
    if (!play.has('pending')) return 'skipped'
    await sendPendingCode(play)
    return undefined
  },
}

export const sendPendingCode = async (play: Play): Promise<void> => {
  const pending = play.recall('pending')
  const told = await sendCode(play, 'signed in', (token) =>
    play.browse({
      method: 'POST',
      path: '/auth/login/2fa/confirm',
      headers: JSON_HEADERS,
      body: JSON.stringify({ pending, token }),
    }),
  )
  play.needStatus('The code is right', 200, told)
  play.forget('pending')
  play.keep('redirect', textOf(jsonOf(told), 'redirect'))
}

/** The browser goes where it is sent, until the application has its answer. */
export const receiveAnswer = (place: 'query' | 'fragment'): Step => ({
  id: 'answer',
  title: 'Back to the application',
  about: `The browser is sent to the redirect URI; the answer is in its ${place}. The application compares state and iss before it believes anything.`,
  run: async (play) => {
    const location = await followToApplication(play, play.recall('redirect'))
    readAnswer(play, location, place)
    return undefined
  },
})

export const readAnswer = (play: Play, location: string, place: 'query' | 'fragment'): void => {
  play.note(`The browser goes to ${location}`)
  const url = new URL(location)
  const answer = new URLSearchParams(place === 'query' ? url.search : url.hash.slice(1))
  const error = answer.get('error')
  if (error !== null)
    throw new StepFailure(`The application is told ${error}: ${answer.get('error_description') ?? ''}`)
  play.check(
    checkEqual('state is the one that was sent', play.recall('state'), answer.get('state') ?? undefined),
  )
  play.check(checkEqual('iss is the issuer', play.recall('issuer'), answer.get('iss') ?? undefined))
  for (const name of ['code', 'access_token', 'id_token']) {
    const value = answer.get(name)
    if (value !== null) play.keep(name, value, 'secret')
  }
  play.keep('answer', answer.toString())
}

/** @returns the redirect URI with its answer */
export const followToApplication = async (play: Play, from: string): Promise<string> => {
  let location = from
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    if (location.startsWith(play.party.redirectUri)) return location
    const url = new URL(location, play.recall('issuer'))
    const path = `${url.pathname}${url.search}`
    const told = await play.browse({ method: 'GET', path, headers: { accept: 'text/html' } })
    const next =
      url.pathname === '/auth/grant' && told.status === 200
        ? await consent(play, told.body)
        : locationOf(told)
    if (next === undefined) {
      play.show({ kind: 'page', title: 'Where the browser ended', html: told.body })
      throw new StepFailure('The browser was not sent to the application.')
    }
    location = next
  }
  throw new StepFailure('The browser was sent around in circles.')
}

/** Says yes to the question whether the application may act for the person. */
const consent = async (play: Play, html: string): Promise<string | undefined> => {
  play.show({ kind: 'page', title: 'The person is asked', html })
  const page = new DOMParser().parseFromString(html, 'text/html')
  const hidden = [...page.querySelectorAll<HTMLInputElement>('form[action="/auth/grant"] input[type=hidden]')]
  const told = await play.browse({
    method: 'POST',
    path: '/auth/grant',
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams([
      ...hidden.map(({ name, value }): [string, string] => [name, value]),
      ['decision', 'allow'],
    ]).toString(),
  })
  return locationOf(told)
}

/** The same address as a page, for people. */
export const showPage = async (play: Play, title: string, path: string): Promise<void> => {
  const told = await play.browse({ method: 'GET', path, headers: { accept: 'text/html' } })
  if (told.status === 200) play.show({ kind: 'page', title, html: told.body })
}
