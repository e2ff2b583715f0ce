// Countersign as it is deployed: the real process, public under https behind a TLS terminator, reached over the socket.
import assert from 'node:assert/strict'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Person, Visit } from './person.ts'
import { createPerson } from './person.ts'
import type { ServerProcess } from './server-process.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from './server-process.ts'
import type { TlsAuthority } from './tls-authority.ts'
import { CLIENT_HOST, makeTlsAuthority, SERVER_HOST } from './tls-authority.ts'
import { createTlsTerminator, listenHttps } from './tls-server.ts'
import { codeAt } from './totp-codes.ts'

const PASSWORD = 'a password of the tests'
const TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** A secret as `openssl rand` would make it, and long enough for an HMAC of a client library. */
export const CLIENT_SECRET = 'verysecret-verysecret-verysecret-verysecret'

/** Where applications that have no server of their own are sent; another site than {@link SERVER_HOST}. */
export const CALLBACK = `https://${CLIENT_HOST}/callback`

export interface TlsSite {
  /** The issuer: `https://localhost:<port>`. */
  readonly url: string
  readonly authority: TlsAuthority
  readonly server: ServerProcess
  /** A REST call of the root client. */
  rest(method: string, path: string, body?: object): Promise<Response>
  /** A browser of its own network address. */
  person(): Person
  /** Someone with a password and an enrolled second factor; attributes may be added. */
  addUser(id: string, attributes?: object): Promise<void>
  addClient(id: string, document: object): Promise<void>
  /** What the person's authenticator shows. Each code works once; `stepsAgo` names three more. */
  code(stepsAgo?: number): string
  readonly password: string
  /**
   * Opens an address as an application sends the browser there, signs in with password and code where asked, and
   * answers the first thing that leads elsewhere or asks for something else.
   */
  signIn(browser: Person, url: string, userId: string): Promise<Visit>
}

/**
 * Starts Countersign behind a terminator whose authority this process trusts from now on: the libraries under test run
 * with their checks as they are.
 */
export async function startTlsSite(env: Readonly<Record<string, string>> = {}): Promise<TlsSite> {
  const authority = makeTlsAuthority()
  setDefaultCACertificates([...getCACertificates('default'), authority.caCertificate])
  let server: ServerProcess | undefined
  const port = await listenHttps(
    authority,
    createTlsTerminator(() => server?.port ?? 0),
  )
  const url = `https://${SERVER_HOST}:${port}`
  server = await startServerProcess({
    COUNTERSIGN_URL: url,
    COUNTERSIGN_TRUST_PROXY: '1',
    NODE_EXTRA_CA_CERTS: authority.caFile,
    ...env,
  })
  const rest: TlsSite['rest'] = (method, path, body) =>
    fetch(new URL(path, url), {
      method,
      headers: { authorization: ROOT_AUTHORIZATION, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const put = async (path: string, body: object): Promise<void> => {
    const response = await rest('PUT', path, body)
    assert.equal(response.status, 201, `${path} ${await response.text()}`)
  }
  const code = (stepsAgo = 0): string => codeAt(TOTP_SECRET, new Date(), -stepsAgo)
  await put('/AuthConfig/of-the-tests', { twoFactor: { validPastTokensCount: 3 } })
  return {
    url,
    authority,
    server,
    rest,
    password: PASSWORD,
    code,
    person: () => createPerson(url, (request) => fetch(request)),
    addUser: (id, attributes = {}) =>
      put(`/User/${id}`, {
        password: PASSWORD,
        twoFactor: { enabled: true, secretKey: TOTP_SECRET },
        ...attributes,
      }),
    addClient: (id, document) => put(`/Client/${id}`, document),
    async signIn(browser, address, userId) {
      const { pathname, search } = new URL(address)
      const arrived = await browser.visit(`${pathname}${search}`)
      if (arrived.page.querySelector('input[name=password]') === null) return arrived
      const asked = await browser.follow(
        await browser.submit(arrived, { username: userId, password: PASSWORD }),
      )
      return browser.follow(await browser.submit(asked, { token: code() }, '/confirm'))
    },
  }
}
