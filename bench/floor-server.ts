// The floor: a bare server with the same HTTP library that does only what cannot be avoided. It checks nothing and
// sends no headers of its own. Arguments: `sqlite <directory>` or `postgres <url>`. The port is in PORT.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { openPasswordHasher } from '../src/accounts/password-hasher.node.ts'
import { systemRandom } from '../src/kernel/random.ts'
import { openFloorStorage } from './floor-storage.ts'

/** About what a row of a session and the claims of a token take. */
const ROW = JSON.stringify({ userId: 'somebody', clientId: 'some-client', at: 0, padding: 'x'.repeat(300) })
const CLAIMS = Buffer.from(JSON.stringify({ sub: 'somebody', padding: 'x'.repeat(250) })).toString(
  'base64url',
)
const STATIC = JSON.stringify({ padding: 'x'.repeat(1500) })
const SIGNED_IN = 'http://localhost:3001/callback?code=code&state=state'

const [, , kind, place = ''] = process.argv
const storage = await openFloorStorage(
  kind === 'postgres' ? { kind, url: place } : { kind: 'sqlite', directory: place },
)
const hasher = await openPasswordHasher(systemRandom)
const passwordHash = await hasher.hash('password')
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
await storage.insert('known', ROW)

const newToken = (): string => randomBytes(32).toString('base64url')

const signed = (): string => {
  const text = `eyJhbGciOiJSUzI1NiJ9.${CLAIMS}`
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
}

const app = new Hono()
app.get('/health', (c) => c.text('ok'))
app.get('/static', (c) => c.body(STATIC, 200, { 'content-type': 'application/json' }))
app.get('/lookup', async (c) => c.text((await storage.lookup('known')) ?? ''))
app.post('/insert', async (c) => {
  await storage.insert(newToken(), ROW)
  return c.text('ok')
})
/** One password hash and nothing else; says how many milliseconds it took inside the server. */
app.get('/hash', async (c) => {
  const startedAt = performance.now()
  await hasher.verify(passwordHash, 'password')
  return c.text(String(performance.now() - startedAt))
})
app.post('/sign-in', async (c) => {
  const password = await c.req.text()
  await storage.lookup('known')
  await hasher.verify(passwordHash, password)
  await storage.insert(newToken(), ROW)
  return c.redirect(SIGNED_IN, 303)
})
app.post('/token/jwt', async (c) => {
  await c.req.text()
  await storage.insert(newToken(), ROW)
  return c.json({ access_token: signed(), token_type: 'Bearer', refresh_token: newToken() })
})
app.post('/token/opaque', async (c) => {
  await c.req.text()
  await storage.insert(newToken(), ROW)
  return c.json({ access_token: newToken(), token_type: 'Bearer', refresh_token: newToken() })
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
process.once('SIGTERM', () => process.exit(0))
