// Flows without a browser.
import type { Play } from '../trial/play.ts'
import { jsonOf, textOf } from '../trial/play.ts'
import type { Flow, Step } from './flow.ts'
import { prepare } from './prepare.ts'
import { sendCode } from './send-code.ts'
import {
  checkRefused,
  checkSignature,
  checkTokens,
  postForm,
  postToken,
  readUserinfo,
  takeTokens,
  userinfo,
} from './token-steps.ts'

const PASSWORD: Omit<Flow, 'steps'> = {
  id: 'password',
  title: 'Password',
  about:
    'For applications of your own that cannot open a browser: they see the password. The second factor is asked for all the same.',
  client: 'confidential',
  grantType: 'password',
  hasUser: true,
}

/** Tokens of the user, by password and code where one is asked for. */
const signInDirectly = async (play: Play): Promise<void> => {
  const { userId, password } = play.party
  const grant = { grant_type: 'password', scope: 'openid profile email' }
  const told = await postToken(play, { ...grant, username: userId, password })
  const mfaToken = textOf(jsonOf(told), 'mfa_token')
  if (mfaToken === '') return void takeTokens(play, told)
  play.note('The password alone is not enough: a second factor is on.')
  const withCode = await sendCode(play, 'got tokens by password', (totp) =>
    postToken(play, { ...grant, mfa_token: mfaToken, totp }),
  )
  takeTokens(play, withCode)
}

const direct = (about: string): Step => ({
  id: 'tokens',
  title: 'Name and password become tokens',
  about,
  run: async (play) => {
    play.forget('nonce')
    await signInDirectly(play)
    return undefined
  },
})

export const passwordFlow: Flow = {
  ...PASSWORD,
  steps: [
    prepare(PASSWORD),
    direct('Where a second factor is on, the first answer asks for a code, and names the attempt it is for.'),
    checkTokens,
    readUserinfo,
  ],
}

const CREDENTIALS: Omit<Flow, 'steps'> = {
  id: 'client-credentials',
  title: 'Client credentials',
  about: 'For services that act for themselves: no user takes part.',
  client: 'confidential',
  grantType: 'client_credentials',
  hasUser: false,
}

const ownTokens: Step = {
  id: 'tokens',
  title: 'The client gets a token',
  about: 'It proves who it is by its secret.',
  run: async (play) => {
    takeTokens(play, await postToken(play, { grant_type: 'client_credentials' }))
    return undefined
  },
}

const checkOwnToken: Step = {
  id: 'check',
  title: 'The token is checked',
  about: 'Its signature is that of this server; it speaks for no user, so that userinfo refuses it.',
  run: async (play) => {
    const token = play.recall('access_token')
    await checkSignature(play, 'access_token', token)
    const told = await userinfo(play, token)
    play.check({
      title: 'There is no user',
      hasPassed: told.status === 401 || told.status === 403,
      why: `Userinfo answers ${told.status}.`,
    })
    return undefined
  },
}

export const clientCredentialsFlow: Flow = {
  ...CREDENTIALS,
  steps: [prepare(CREDENTIALS), ownTokens, checkOwnToken],
}

const REFRESH: Omit<Flow, 'steps'> = {
  ...PASSWORD,
  id: 'refresh',
  title: 'Refresh',
  about:
    'A refresh token gets new tokens without the user. Each works once: whoever shows an old one later ends the whole family.',
}

const refresh = (play: Play, token: string) =>
  postToken(play, { grant_type: 'refresh_token', refresh_token: token })

const keepFirst: Step = {
  ...direct(
    'By the password flow, since it is the shortest; every flow that issues refresh tokens is the same from here.',
  ),
  run: async (play) => {
    play.forget('nonce')
    await signInDirectly(play)
    play.keep('first_refresh_token', play.recall('refresh_token'), 'secret')
    return undefined
  },
}

const rotate = (id: string, title: string, about: string): Step => ({
  id,
  title,
  about,
  run: async (play) => {
    const [oldAccess, oldRefresh] = [play.recall('access_token'), play.recall('refresh_token')]
    takeTokens(play, await refresh(play, oldRefresh))
    const isNew = play.recall('refresh_token') !== oldRefresh
    play.check({
      title: 'The refresh token is a new one',
      hasPassed: isNew,
      why: isNew ? 'It rotates with each use.' : 'It is the same as before.',
    })
    const told = await userinfo(play, oldAccess)
    play.check({
      title: 'The access token before it is over',
      hasPassed: told.status === 401,
      why: `Userinfo answers ${told.status}.`,
    })
    return undefined
  },
})

const reuse: Step = {
  id: 'reuse',
  title: 'The first refresh token once more',
  about:
    'Only a thief, or the one who was robbed, shows it now. Nobody can tell who, so everything of the family ends.',
  run: async (play) => {
    const first = await refresh(play, play.recall('first_refresh_token'))
    checkRefused(play, 'The used token is refused', first, 'invalid_grant')
    const newest = await refresh(play, play.recall('refresh_token'))
    checkRefused(play, 'The newest one is over as well', newest, 'invalid_grant')
    return undefined
  },
}

export const refreshFlow: Flow = {
  ...REFRESH,
  steps: [
    prepare(REFRESH),
    keepFirst,
    rotate('refresh', 'New tokens', 'The application shows the refresh token.'),
    rotate('refresh-2', 'And again', 'With the one that came with the last answer.'),
    reuse,
  ],
}

const INTROSPECTION: Omit<Flow, 'steps'> = {
  ...PASSWORD,
  id: 'introspection',
  title: 'Introspection and revocation',
  about: 'A client asks what a token is worth (RFC 7662), and ends it (RFC 7009).',
}

const introspect = (id: string, title: string, isActive: boolean): Step => ({
  id,
  title,
  about: isActive
    ? 'The client asks with its own secret. It is told of its own tokens, and of those that name it as audience.'
    : 'Whoever asks is told nothing but that it is over.',
  run: async (play) => {
    const told = await postForm(play, '/auth/introspect', { token: play.recall('access_token') })
    const { active } = jsonOf(told)
    play.check({
      title: isActive ? 'The token is active' : 'The token is over',
      hasPassed: active === isActive,
      why: `active is ${String(active)}.`,
    })
    return undefined
  },
})

const revoke = (id: string, title: string, name: 'access_token' | 'refresh_token', about: string): Step => ({
  id,
  title,
  about,
  run: async (play) => {
    const told = await postForm(play, '/auth/revoke', { token: play.recall(name) })
    play.needStatus('It is revoked', 200, told)
    return undefined
  },
})

const refreshRefused: Step = {
  id: 'refused',
  title: 'No new tokens',
  about: 'The refresh token gets nothing any more.',
  run: async (play) => {
    const told = await refresh(play, play.recall('refresh_token'))
    checkRefused(play, 'The refresh token is refused', told, 'invalid_grant')
    return undefined
  },
}

export const introspectionFlow: Flow = {
  ...INTROSPECTION,
  steps: [
    prepare(INTROSPECTION),
    direct('By the password flow, since it is the shortest.'),
    introspect('active', 'What is it worth?', true),
    revoke(
      'revoke',
      'The access token is revoked',
      'access_token',
      'It alone ends; the refresh token goes on.',
    ),
    introspect('over', 'What is it worth now?', false),
    revoke('revoke-refresh', 'The refresh token is revoked', 'refresh_token', 'With all that came from it.'),
    refreshRefused,
  ],
}
