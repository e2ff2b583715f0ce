import type { KeyObject } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { secretOf } from '../kernel/secret.ts'

const BLOCK = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g
const EXPECTED =
  'expected private keys as PEM (PKCS#8, PKCS#1 or SEC1) or the path of a file with them: RSA of 2048 bits or more, P-256 or Ed25519'

/** A key that the operator brings. */
export interface OwnKey {
  readonly algorithm: 'RS256' | 'ES256' | 'EdDSA'
  /** PKCS #8 PEM. */
  readonly privateKey: ReturnType<typeof secretOf<string>>
}

export type OwnKeys =
  | { readonly kind: 'keys'; readonly keys: readonly OwnKey[] }
  | { readonly kind: 'fault'; readonly message: string }

/** Reads the keys of COUNTERSIGN_SIGNING_KEYS: one or more PEM blocks, there or in a file. A fault repeats nothing of them. */
export const readOwnKeys = (text: string): OwnKeys => {
  const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : readText(text)
  if (pem === undefined) return { kind: 'fault', message: `the file cannot be read; ${EXPECTED}` }
  // NOTE: openssl ecparam -genkey puts the name of the curve before the key, where it is once more.
  const blocks = [...pem.matchAll(BLOCK)]
    .filter(([, label]) => label !== 'EC PARAMETERS')
    .map(([block]) => block)
  if (blocks.length === 0) return { kind: 'fault', message: `there is no key in it; ${EXPECTED}` }
  const keys: OwnKey[] = []
  for (const [index, block] of blocks.entries()) {
    const key = privateKeyOf(block)
    const algorithm = key === undefined ? undefined : algorithmOf(key)
    if (key === undefined || algorithm === undefined)
      return { kind: 'fault', message: `key ${index + 1} cannot be used; ${EXPECTED}` }
    const text = String(key.export({ format: 'pem', type: 'pkcs8' }))
    // NOTE: published twice, a kid would name two keys (RFC 7517 §4.5).
    if (keys.every(({ privateKey }) => privateKey.reveal() !== text))
      keys.push({ algorithm, privateKey: secretOf(text) })
  }
  return { kind: 'keys', keys }
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const privateKeyOf = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

const algorithmOf = ({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): OwnKey['algorithm'] | undefined => {
  switch (asymmetricKeyType) {
    case 'rsa':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? 'RS256' : undefined
    case 'ec':
      return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined
    case 'ed25519':
      return 'EdDSA'
    default:
      return undefined
  }
}
