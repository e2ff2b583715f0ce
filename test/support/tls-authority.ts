// A certificate authority for one run of one test file, made by openssl: whoever should trust it is given its certificate.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './endings.ts'
import { findOnPath, mustBeFound } from './tools.ts'

/** All certificates are for both, so that one machine can play two sites with cookies of their own. */
export const SERVER_HOST = 'localhost'
export const CLIENT_HOST = '127.0.0.1'

export interface TlsAuthority {
  /** PEM, and a file that holds it. */
  readonly caCertificate: string
  readonly caFile: string
  readonly keyFile: string
  readonly certificateFile: string
}

const DAYS = '2'

const EXTENSIONS = `
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:${SERVER_HOST}, IP:${CLIENT_HOST}
[req]
distinguished_name = name
[name]
`

/** Makes an authority and one certificate of it; the files go with the test file. */
export function makeTlsAuthority(): TlsAuthority {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-tls-'))
  atEnd(() => rmSync(directory, { recursive: true, force: true }))
  const inDirectory = (name: string): string => join(directory, name)
  writeFileSync(inDirectory('openssl.cnf'), EXTENSIONS)
  const openssl = (words: string): void => {
    execFileSync(mustBeFound(findOnPath('openssl'), 'openssl'), words.split(' '), {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  }
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  openssl(
    `req -x509 ${newKey} -config openssl.cnf -extensions authority -days ${DAYS} -subj /CN=Countersign-Tests -keyout ca.key -out ca.pem`,
  )
  openssl(`req ${newKey} -config openssl.cnf -subj /CN=${SERVER_HOST} -keyout server.key -out server.csr`)
  openssl(
    `x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${DAYS} -extfile openssl.cnf -extensions server -out server.pem`,
  )
  return {
    caCertificate: readFileSync(inDirectory('ca.pem'), 'utf8'),
    caFile: inDirectory('ca.pem'),
    keyFile: inDirectory('server.key'),
    certificateFile: inDirectory('server.pem'),
  }
}
