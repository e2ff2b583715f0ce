import type { Json, JsonObject } from '../../../api/server.ts'
import { randomWord } from '../trial/pkce.ts'
import type { Play } from '../trial/play.ts'
import { jsonOf, StepFailure, textOf } from '../trial/play.ts'
import { addSecrets, changeTrial, trial } from '../trial/trial.ts'
import type { ClientKind, Flow, Step } from './flow.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Whom the page plays where a token of somebody else is exchanged. */
export const TRIAL_ISSUER = 'https://issuer.example'

/** The first step of every flow: where the endpoints are, and who takes part. */
export const prepare = (flow: Omit<Flow, 'steps'>): Step => ({
  id: 'prepare',
  title: flow.hasUser ? 'A client and a user' : 'A client',
  about:
    'The application reads where the endpoints are; the administrator sees to it that the client exists.',
  run: async (play) => {
    await discover(play)
    if (trial().mode === 'choose') await lookAtChosen(play, flow)
    else await make(play, flow)
    return undefined
  },
})

const discover = async (play: Play): Promise<void> => {
  const told = await play.call({ method: 'GET', path: '/.well-known/openid-configuration' })
  const metadata = jsonOf(told)
  play.needStatus('The metadata is there', 200, told)
  play.keep('issuer', textOf(metadata, 'issuer'))
  play.keep('jwks', new URL(textOf(metadata, 'jwks_uri')).pathname)
}

const make = async (play: Play, flow: Omit<Flow, 'steps'>): Promise<void> => {
  const { made, chosen } = trial()
  const suffix = randomWord()
    .slice(0, 6)
    .replaceAll(/[^A-Za-z0-9]/g, 'x')
    .toLowerCase()
  if (flow.hasUser && (made.user === undefined || flow.hasFreshUser === true)) {
    const user = { id: `trial-user-${suffix}`, password: randomWord() }
    addSecrets(user.password)
    await create(play, `/User/${user.id}`, {
      password: user.password,
      displayName: 'User of a trial',
      email: `${user.id}@example.org`,
    })
    changeTrial((before) => ({ made: { ...before.made, user } }))
  }
  if (made.clients[flow.client] === undefined) {
    const client = {
      id: `trial-${flow.client === 'public' ? 'public' : 'app'}-${suffix}`,
      secret: flow.client === 'public' ? '' : randomWord(),
    }
    if (client.secret !== '') addSecrets(client.secret)
    const document = clientDocument(flow.client, client.secret, chosen.redirectUri)
    await create(play, `/Client/${client.id}`, document)
    changeTrial((before) => ({
      made: { ...before.made, clients: { ...before.made.clients, [flow.client]: client } },
    }))
  }
}

/** Makes a resource of the trial and remembers it, to be deleted. */
export const create = async (play: Play, path: string, document: JsonObject): Promise<void> => {
  changeTrial(({ made }) => ({ made: { ...made, paths: [...new Set([...made.paths, path])] } }))
  await play.administer('PUT', path, document)
}

const clientDocument = (kind: ClientKind, secret: string, redirectUri: string): JsonObject => {
  const tokens = { token_format: 'jwt', refresh_token: true }
  const code = { redirect_uri: redirectUri, ...tokens }
  const always = {
    name: 'Application of a trial',
    first_party: true,
    post_logout_redirect_uris: [redirectUri],
  }
  if (kind === 'public')
    return {
      ...always,
      grant_types: ['authorization_code'],
      auth: { authorization_code: { ...code, pkce: true, secret_required: false } },
    }
  return {
    ...always,
    secret,
    grant_types: ['authorization_code', 'implicit', 'password', 'client_credentials', TOKEN_EXCHANGE],
    allowedIssuers: [TRIAL_ISSUER],
    auth: {
      authorization_code: { ...code, secret_required: true },
      implicit: { redirect_uri: redirectUri, token_format: 'jwt' },
      password: { ...tokens, secret_required: true },
      client_credentials: { token_format: 'jwt' },
      token_exchange: { token_format: 'jwt' },
    },
  }
}

const lookAtChosen = async (play: Play, flow: Omit<Flow, 'steps'>): Promise<void> => {
  const { clientId, clientSecret, userId, password } = play.party
  if (clientId === '' || (flow.hasUser && userId === ''))
    throw new StepFailure('Choose a client and a user above, or have them made.')
  addSecrets(clientSecret, password)
  const client = await play.administer('GET', `/Client/${encodeURIComponent(clientId)}`)
  const grantTypes: readonly Json[] = Array.isArray(client.grant_types) ? client.grant_types : []
  const isAllowed = grantTypes.some(
    (given) => given === flow.grantType || synonymOf(given) === flow.grantType,
  )
  play.check({
    title: 'The client may use this flow',
    hasPassed: isAllowed,
    why: isAllowed
      ? `Its grant_types name ${flow.grantType}.`
      : `Its grant_types are ${JSON.stringify(grantTypes)}; this needs ${flow.grantType}.`,
  })
}

const synonymOf = (grantType: Json): Json => (grantType === 'code' ? 'authorization_code' : grantType)

/** Deletes what was made for trials. @returns how much of it is left, and why */
export const removeMade = async (
  remove: (path: string) => Promise<unknown>,
): Promise<{ readonly left: readonly string[]; readonly why: string | undefined }> => {
  let why: string | undefined
  for (const path of trial().made.paths)
    try {
      await remove(path)
      changeTrial(({ made }) => ({ made: { ...made, paths: made.paths.filter((other) => other !== path) } }))
    } catch (error) {
      why = error instanceof Error ? error.message : String(error)
    }
  const left = trial().made.paths
  if (left.length === 0)
    changeTrial(() => ({ made: { clients: {}, paths: [] }, authenticator: undefined, runs: {} }))
  return { left, why }
}
