import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SEED_CLIENT } from '../../test/support/seed.ts'

const ROOT_SECRET = 'root-secret-of-the-pictures'
export const ADMIN = { id: 'admin', password: 'admin-password-of-the-pictures' }
export const USER = { id: 'my-user', password: 'password' }

export interface ExampleServer {
  readonly url: string
  rest(method: string, path: string, document: string | object): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Resolves when the server says that it listens; what it prints is thrown away. */
const listening = (output: Readable): Promise<void> =>
  new Promise((resolve) => {
    let printed = ''
    output.on('data', (chunk) => {
      printed += chunk
      if (printed.includes('Stop it')) resolve()
    })
  })

/** Runs `use` beside a real server with an empty database, which ends with it. */
export const withServer = async (use: (server: ExampleServer) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-pictures-'))
  const url = `http://localhost:${await freePort()}`
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const server = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: new URL(url).port,
      COUNTERSIGN_URL: url,
      COUNTERSIGN_DATA_DIR: directory,
      COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
      COUNTERSIGN_ADMIN_PASSWORD: ADMIN.password,
    },
  })
  const ended = once(server, 'exit')
  try {
    await Promise.race([listening(server.stdout), ended])
    await use({ url, rest: (method, path, document) => rest(url, method, path, document) })
  } finally {
    server.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

const rest = async (url: string, method: string, path: string, document: string | object): Promise<void> => {
  const authorization = `Basic ${Buffer.from(`root:${ROOT_SECRET}`).toString('base64')}`
  const response = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'text/yaml' },
    body: typeof document === 'string' ? document : JSON.stringify(document),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
}

const PARTNER = {
  name: 'Partner app',
  grant_types: ['authorization_code'],
  auth: { authorization_code: { redirect_uri: 'http://localhost:3002', pkce: true } },
}

/** What the pages for people need. */
export const putPeople = async ({ rest }: ExampleServer): Promise<void> => {
  await rest('PUT', '/Client/mywebapp', SEED_CLIENT)
  await rest('PUT', '/Client/partner', PARTNER)
  await rest('PUT', '/User/my-user', USER)
}

const SERVICE = {
  name: 'Nightly export',
  secret: 'secret-of-the-export',
  grant_types: ['client_credentials'],
}

/** A server that has been in use for a while: people, applications, a webhook that was called, wrong passwords. */
export const putHistory = async ({ url, rest }: ExampleServer): Promise<void> => {
  const webhook = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(webhook, 'listening')
  const endpoint = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/codes`
  await rest('PUT', '/AuthConfig/main', {
    theme: { title: 'Example Clinic' },
    twoFactor: { issuerName: 'Example Clinic', validPastTokensCount: 1, webhook: { endpoint, timeout: 500 } },
  })
  await rest('PUT', '/Client/nightly-export', SERVICE)
  for (const [id, displayName, more] of PEOPLE)
    await rest('PUT', `/User/${id}`, {
      displayName,
      email: `${id}@example.org`,
      password: `password-of-${id}`,
      ...more,
    })
  await rest('POST', '/AuthConfig/main/$test-webhook', {})
  webhook.close()
  await rest('POST', '/AuthConfig/main/$test-webhook', {})
  await rest('POST', '/SigningKey/$rotate', { how: 'soon' })
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    fetch(url + path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    })
  await post('/auth/login', { username: 'ann', password: 'password-of-ann' })
  await post('/auth/login', { username: 'bob', password: 'not-the-one' })
  await post('/auth/token', {
    grant_type: 'client_credentials',
    client_id: 'nightly-export',
    client_secret: SERVICE.secret,
  })
  await post('/auth/token', {
    grant_type: 'client_credentials',
    client_id: 'nightly-export',
    client_secret: 'an-old-one',
  })
}

const PEOPLE = [
  ['ann', 'Ann Archer', { twoFactor: { enabled: true, secretKey: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } }],
  ['bob', 'Bob Byrne', {}],
  ['eve', 'Eve Ellis', { inactive: true }],
  ['zoe', 'Zoë Zhang', { twoFactor: { enabled: true, secretKey: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } }],
] as const
