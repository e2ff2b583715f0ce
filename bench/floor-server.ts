// The floor: a bare server with the same HTTP library that does only what cannot be avoided. It checks nothing and
// sends no headers of its own. Arguments: `sqlite <directory>` or `postgres <url>`; the port is in PORT.
import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { openPasswordHasher } from '../src/accounts/password-hasher.node.ts'
import { systemRandom } from '../src/kernel/random.ts'
import { openFloorStorage } from './floor-storage.ts'

/** About what the claims of a token and the documents take. */
const CLAIMS = Buffer.from(JSON.stringify({ sub: 'somebody', padding: 'x'.repeat(250) })).toString(
  'base64url',
)
const DOCUMENT = JSON.stringify({ padding: 'x'.repeat(1000) })
const SIGNED_IN = 'http://localhost:3001/callback?code=code&state=state'
const KNOWN_TOKEN = 'a-token-that-is-known'

const [, , kind, place = ''] = process.argv
const storage = await openFloorStorage(
  kind === 'postgres' ? { kind, url: place } : { kind: 'sqlite', directory: place },
)
const hasher = await openPasswordHasher(systemRandom)
const passwordHash = await hasher.hash('password')
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const sha256 = (text: string): string => hash('sha256', text, 'base64url')
const newToken = (): string => randomBytes(32).toString('base64url')
await storage.insert(sha256(KNOWN_TOKEN), sha256(newToken()))

const insertSession = async () => {
  const [accessToken, refreshToken] = [newToken(), newToken()]
  await storage.insert(sha256(accessToken), sha256(refreshToken))
  return { access_token: accessToken, token_type: 'Bearer', refresh_token: refreshToken }
}

const signed = (key = privateKey): string => {
  const text = `eyJhbGciOiJSUzI1NiJ9.${CLAIMS}`
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

const app = new Hono()
app.get('/health', (c) => c.text('ok'))
app.get('/document', (c) => c.body(DOCUMENT, 200, { 'content-type': 'application/json' }))
app.get('/userinfo', async (c) => {
  const token = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
  const found = await storage.lookup(sha256(token))
  return found === undefined ? c.body(null, 401) : c.body(found, 200, { 'content-type': 'application/json' })
})
app.post('/insert', async (c) => c.json(await insertSession()))
/** One password hash and nothing else; says how many milliseconds it took inside the server. */
app.get('/hash', async (c) => {
  const startedAt = performance.now()
  await hasher.verify(passwordHash, 'password')
  return c.text(String(performance.now() - startedAt))
})
app.post('/sign-in', async (c) => {
  const password = await c.req.text()
  await storage.lookup(sha256(KNOWN_TOKEN))
  await hasher.verify(passwordHash, password)
  await insertSession()
  return c.redirect(SIGNED_IN, 303)
})
app.post('/token/jwt', async (c) => {
  await c.req.text()
  return c.json({ ...(await insertSession()), access_token: signed() })
})
app.post('/token/es256', async (c) => {
  await c.req.text()
  return c.json({ ...(await insertSession()), access_token: signed(ec) })
})
app.post('/introspect', async (c) => {
  const token = new URLSearchParams(await c.req.text()).get('token') ?? ''
  const found = await storage.lookup(sha256(token))
  return found === undefined ? c.body(null, 401) : c.body(found, 200, { 'content-type': 'application/json' })
})
/** A code for somebody whose cookie is known. */
app.get('/authorize', async (c) => {
  await storage.lookup(sha256(KNOWN_TOKEN))
  await insertSession()
  return c.redirect(SIGNED_IN, 303)
})
app.post('/token/opaque', async (c) => {
  await c.req.text()
  return c.json(await insertSession())
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
process.once('SIGTERM', () => process.exit(0))
