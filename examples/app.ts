// A small web application that signs people in with Countersign: the code flow with PKCE, then the person's name.
// Run it with `npm run example` beside a server that has the Client of docs/quick-start.md, and open http://localhost:3001.
import { createServer } from 'node:http'
import * as oauth from 'oauth4webapi'

const issuer = new URL(process.env.COUNTERSIGN_URL ?? 'http://localhost:8080')
const port = Number(process.env.PORT ?? 3001)
const redirectUri = `http://localhost:${port}`
const client: oauth.Client = { client_id: process.env.CLIENT_ID ?? 'mywebapp' }
const authenticate = oauth.ClientSecretPost(process.env.CLIENT_SECRET ?? 'verysecret')
// NOTE: on one machine http is fine; anywhere else Countersign and the application are https, and this line goes.
const options = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' }

const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options })
const server = await oauth.processDiscoveryResponse(issuer, discovery)

interface Visit {
  readonly state: string
  readonly verifier: string
  userName?: string
}

/** By session cookie. A real application keeps them in a database, and ends them. */
const visits = new Map<string, Visit>()

/** Remembers the visit and sends the browser to Countersign. */
const beginSignIn = async (cookie: string): Promise<URL> => {
  const visit = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() }
  visits.set(cookie, visit)
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    state: visit.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(visit.verifier),
    code_challenge_method: 'S256',
  }).toString()
  return url
}

/** Checks what came back (state, issuer), redeems the code and asks who it is. */
const finishSignIn = async (visit: Visit, url: URL): Promise<void> => {
  const parameters = oauth.validateAuthResponse(server, client, url, visit.state)
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authenticate,
    parameters,
    redirectUri,
    visit.verifier,
    options,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer)
  const info = await oauth.userInfoRequest(server, client, tokens.access_token, options)
  const user = await oauth.processUserInfoResponse(server, client, oauth.skipSubjectCheck, info)
  visit.userName = String(user.displayName ?? user.userName ?? user.email ?? user.sub)
}

const answer = async (url: URL, cookie: string): Promise<{ location?: URL; text?: string }> => {
  if (url.pathname !== '/') return { text: 'There is nothing here.' }
  const visit = visits.get(cookie)
  if (visit?.userName !== undefined) return { text: `Hello, ${visit.userName}!` }
  if (visit === undefined || !url.search) return { location: await beginSignIn(cookie) }
  await finishSignIn(visit, url)
  return { location: new URL(redirectUri) }
}

const http = createServer(async (request, response) => {
  const cookie = /visit=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? oauth.generateRandomState()
  response.setHeader('Set-Cookie', `visit=${cookie}; HttpOnly; SameSite=Lax; Path=/`)
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  try {
    const { location, text } = await answer(new URL(request.url ?? '/', redirectUri), cookie)
    if (location !== undefined) response.writeHead(303, { Location: location.href })
    response.end(text)
  } catch (error) {
    visits.delete(cookie)
    response.writeHead(400).end(`Not signed in: ${error instanceof Error ? error.message : error}. Reload.`)
  }
})
http.listen(port, () => console.log(`The example application is at ${redirectUri}`))
