import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../kernel/random.ts'
import type { Secret } from '../kernel/secret.ts'
import { secretOf } from '../kernel/secret.ts'
import { newId } from '../kernel/secret-token.ts'
import { ConfigError } from './config.ts'
import type { SecretKeys } from './secret-keys.ts'
import { parseSecretKeys } from './secret-keys.ts'

const KEY_BYTES = 32

/**
 * The key-encryption keys of the embedded database: `secret.key` in the data directory, mode 0600, made at the first
 * start with one key. Of processes that start at once, one makes it and all read the same.
 * @throws {ConfigError} the file is there but holds no key
 */
export const loadOrCreateSecretKeys = (dataDirectory: string, random: Random): Secret<SecretKeys> => {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const path = join(dataDirectory, 'secret.key')
  return readKeys(path) ?? createKey(path, random)
}

/**
 * The same keys, for a command that works for a server: it makes none.
 * @throws {ConfigError} there is no such file, or no key in it
 */
export const loadSecretKeys = (dataDirectory: string): Secret<SecretKeys> => {
  const path = join(dataDirectory, 'secret.key')
  const key = readKeys(path)
  if (key === undefined)
    throw new ConfigError([`${path}: there is no such file; restore it, or give COUNTERSIGN_SECRET_KEY`])
  return key
}

const createKey = (path: string, random: Random): Secret<SecretKeys> => {
  const draft = `${path}.${newId(random)}`
  writeFileSync(draft, `${Buffer.from(random.bytes(KEY_BYTES)).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  try {
    // NOTE: a link appears whole or not at all, and never replaces the key that another process just made.
    linkSync(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const key = readKeys(path)
  if (key === undefined) throw new ConfigError([`${path}: it disappeared while the server started`])
  return key
}

const readKeys = (path: string): Secret<SecretKeys> | undefined => {
  const text = readText(path)
  if (text === undefined) return undefined
  const keys = parseSecretKeys(text)
  if (keys === undefined)
    throw new ConfigError([
      `${path}: expected ${KEY_BYTES} bytes as Base64, or a line of them for each key; restore it from a backup`,
    ])
  return secretOf(keys)
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
