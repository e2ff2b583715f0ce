// Apache with mod_auth_openidc, a certified relying party, as Debian packages it, with a configuration of our own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './endings.ts'
import { eventually } from './eventually.ts'
import { portWithoutListener } from './servers.ts'
import type { TlsAuthority } from './tls-authority.ts'
import { CLIENT_HOST } from './tls-authority.ts'
import { findApache, findApacheModules, mustBeFound } from './tools.ts'

const MODULES = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'include',
  'dir',
  'ssl',
  'auth_openidc',
]

export interface Apache {
  /** `https://127.0.0.1:<port>`; everything under `/protected/` wants a signed-in user. */
  readonly url: string
  /** Where the module listens for what the provider sends through the browser. */
  readonly redirectUri: string
  /** What it logged, its own complaints among it. */
  log(): string
}

export interface ApacheAddress {
  readonly port: number
  readonly url: string
  readonly redirectUri: string
}

/** NOTE: known before Apache starts, because the client must be registered before it. */
export const apacheAddress = async (): Promise<ApacheAddress> => {
  const port = await portWithoutListener()
  const url = `https://${CLIENT_HOST}:${port}`
  return { port, url, redirectUri: `${url}/protected/callback` }
}

/** Starts Apache in a temporary directory with these directives of mod_auth_openidc; killed after the test file. */
export async function startApache(
  address: ApacheAddress,
  authority: TlsAuthority,
  directives: Readonly<Record<string, string>>,
): Promise<Apache> {
  const program = mustBeFound(findApache(), 'Apache')
  const modules = mustBeFound(findApacheModules(), 'mod_auth_openidc')
  const directory = mkdtempSync(join(tmpdir(), 'countersign-apache-'))
  // NOTE: started by root, its children are another user; they read the pages and the certificate of the authority.
  chmodSync(directory, 0o755)
  mkdirSync(join(directory, 'pages/protected'), { recursive: true })
  copyFileSync(authority.caFile, join(directory, 'ca.pem'))
  writeFileSync(join(directory, 'pages/index.html'), '<!doctype html><title>Out</title><h1>Signed out</h1>')
  writeFileSync(join(directory, 'pages/protected/index.html'), protectedPage(address.url))
  writeFileSync(
    join(directory, 'httpd.conf'),
    configuration({ address, directory, modules, authority, directives }),
  )
  const child = spawn(program, ['-d', directory, '-f', join(directory, 'httpd.conf'), '-DFOREGROUND'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const exited = once(child, 'exit')
  let hasExited = false
  void exited.then(() => {
    hasExited = true
  })
  const log = (): string => {
    try {
      return output + readFileSync(join(directory, 'error.log'), 'utf8')
    } catch {
      return output
    }
  }
  atEnd(async () => {
    child.kill('SIGTERM')
    await exited
    rmSync(directory, { recursive: true, force: true })
  })
  await eventually(() => {
    if (hasExited) throw new Error(`Apache ended: ${log()}`)
    return answers(address.port)
  })
  return { url: address.url, redirectUri: address.redirectUri, log }
}

const protectedPage = (url: string): string => `<!doctype html>
<title>Protected</title>
<h1>Protected</h1>
<p id="user"><!--#echo var="REMOTE_USER" --></p>
<p id="email"><!--#echo var="OIDC_CLAIM_email" --></p>
<p id="amr"><!--#echo var="OIDC_CLAIM_amr" --></p>
<a href="/protected/callback?logout=${encodeURIComponent(`${url}/`)}">Sign out</a>
`

interface ConfigurationFacts {
  readonly address: ApacheAddress
  readonly directory: string
  readonly modules: string
  readonly authority: TlsAuthority
  readonly directives: Readonly<Record<string, string>>
}

const configuration = (facts: ConfigurationFacts): string => `
ServerName ${CLIENT_HOST}:${facts.address.port}
Listen ${CLIENT_HOST}:${facts.address.port} https
PidFile ${facts.directory}/httpd.pid
DefaultRuntimeDir ${facts.directory}
Mutex file:${facts.directory}
ErrorLog ${facts.directory}/error.log
LogLevel warn auth_openidc:info
${MODULES.map((name) => `LoadModule ${name}_module ${facts.modules}/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MinSpareThreads 1
MaxSpareThreads 16
MaxRequestWorkers 16
DocumentRoot ${facts.directory}/pages
DirectoryIndex index.html
SSLEngine on
SSLCertificateFile ${facts.authority.certificateFile}
SSLCertificateKeyFile ${facts.authority.keyFile}
OIDCCABundlePath ${facts.directory}/ca.pem
OIDCRedirectURI ${facts.address.redirectUri}
OIDCCryptoPassphrase a-passphrase-of-the-tests
${Object.entries(facts.directives)
  .map(([name, value]) => `${name} ${value}`)
  .join('\n')}
<Directory ${facts.directory}/pages>
  Options +Includes
  Require all granted
</Directory>
<Location /protected>
  SetOutputFilter INCLUDES
  AuthType openid-connect
  Require valid-user
</Location>
`

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, CLIENT_HOST)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
