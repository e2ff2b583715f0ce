// fhirclient, the library of SMART apps, as it comes: a standalone launch. The FHIR server, which the test plays, names us
// in its smart-configuration. Launch context, `fhirUser` and our own smart-configuration belong to SMART App Launch.
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { before, describe, test } from 'node:test'
import smart from 'fhirclient'
import type { fhirclient } from 'fhirclient/lib/types.d.ts'
import { exportJWK, generateKeyPair } from 'jose'
import { createPerson } from '../support/person.ts'
import { confidential, publicClient } from '../support/relying-party.ts'
import { CLIENT_HOST } from '../support/tls-authority.ts'
import { listenHttps } from '../support/tls-server.ts'
import type { TlsSite } from '../support/tls-site.ts'
import { CLIENT_SECRET, startTlsSite } from '../support/tls-site.ts'

type Api = ReturnType<typeof smart>
type Ready = Awaited<ReturnType<Api['ready']>>

describe('fhirclient', () => {
  let site: TlsSite
  let fhirUrl: string
  let appUrl: string
  let client: Ready | undefined
  let privateJwk: fhirclient.ES384JWK
  const credentialsOf = (clientId: string) => {
    if (clientId === 'smart') return { clientSecret: CLIENT_SECRET }
    return clientId === 'smart-keys' ? { clientPrivateJwk: privateJwk } : {}
  }
  before(async () => {
    site = await startTlsSite()
    fhirUrl = `https://${CLIENT_HOST}:${await listenHttps(site.authority, fhirServer(site))}`
    const storage = memory()
    const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const api = smart(request, response, storage)
      const { pathname, searchParams } = new URL(request.url ?? '', appUrl)
      if (pathname === '/launch') {
        const clientId = searchParams.get('as') ?? ''
        await api.authorize({
          iss: fhirUrl,
          clientId,
          scope: 'openid profile offline_access',
          redirectUri: '/callback',
          ...credentialsOf(clientId),
        })
        return
      }
      client = await api.ready()
      response.end('ready')
    }
    const port = await listenHttps(site.authority, (request, response) => {
      handle(request, response).catch((error) => response.writeHead(500).end(String(error)))
    })
    appUrl = `https://${CLIENT_HOST}:${port}`
    const redirect = { redirect_uri: `${appUrl}/callback` }
    await site.addClient('smart', confidential(redirect))
    const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
    const named = { alg: 'ES384', kty: 'EC', crv: 'P-384', kid: 'one' } as const
    const { key_ops: __, ...parts } = await exportJWK(privateKey)
    privateJwk = { ...parts, ...named }
    const { secret: _, ...keyed } = confidential(redirect)
    const jwks = [{ ...(await exportJWK(publicKey)), ...named }]
    await site.addClient('smart-keys', { ...keyed, jwks })
    await site.addClient('smart-spa', publicClient({ ...redirect, refresh_token: true }))
  })

  const launch = async (clientId: string, userId: string): Promise<Ready> => {
    client = undefined
    await site.addUser(userId)
    const tab = createPerson(appUrl, (request) => fetch(request))
    const asked = await tab.send(`/launch?as=${clientId}`)
    assert.match(asked.location ?? '', /code_challenge_method=S256/)
    const back = await site.signIn(site.person(), asked.location ?? '', userId)
    const { pathname, search } = new URL(back.location ?? '')
    assert.equal((await tab.send(`${pathname}${search}`)).body, 'ready')
    assert(client !== undefined)
    return client
  }

  test('launches with a secret, asks the FHIR server with the token and refreshes it', async () => {
    const ready = await launch('smart', 'ada')
    assert.deepEqual(await ready.request('Patient/1'), { resourceType: 'Patient', id: '1' })
    assert.equal(ready.getIdToken()?.sub, 'ada')
    const before = ready.getState('tokenResponse.access_token')
    await ready.refresh()
    assert.notEqual(ready.getState('tokenResponse.access_token'), before)
    assert.deepEqual(await ready.request('Patient/1'), { resourceType: 'Patient', id: '1' })
  })

  test('launches with a key of its own, as SMART backends do (private_key_jwt, ES384)', async () => {
    const ready = await launch('smart-keys', 'eve')
    assert.deepEqual(await ready.request('Patient/1'), { resourceType: 'Patient', id: '1' })
    assert.equal(ready.getIdToken()?.sub, 'eve')
  })

  // NOTE: on a server it cannot refresh without a secret: only its browser adapter sends `client_id` with a refresh.
  test('launches without a secret, by PKCE alone', async () => {
    const ready = await launch('smart-spa', 'bob')
    assert.deepEqual(await ready.request('Patient/1'), { resourceType: 'Patient', id: '1' })
    assert.equal(ready.getIdToken()?.sub, 'bob')
  })
})

/** A FHIR server with one patient, for whoever has a token that the authorization server knows. */
const fhirServer =
  (site: TlsSite) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.url === '/.well-known/smart-configuration') {
      send(200, {
        authorization_endpoint: `${site.url}/auth/authorize`,
        token_endpoint: `${site.url}/auth/token`,
        code_challenge_methods_supported: ['S256'],
      })
      return
    }
    void fetch(`${site.url}/auth/userinfo`, {
      headers: { authorization: request.headers.authorization ?? '' },
    }).then(({ status }) => send(status, status === 200 ? { resourceType: 'Patient', id: '1' } : {}))
  }

/** A storage of the application's own, as its documentation allows. */
const memory = () => {
  const values = new Map<string, unknown>()
  return {
    get: async (key: string) => values.get(key),
    set: async (key: string, value: unknown) => {
      values.set(key, value)
      return value
    },
    unset: async (key: string) => values.delete(key),
  }
}
