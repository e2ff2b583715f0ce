import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { Random } from './random.ts'

const ALGORITHM = 'aes-256-gcm'
/** Another layout gets another version; what is under way then is over, and begun anew. */
const VERSION = 'v1.'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Lets a browser carry what would otherwise be a row that anybody may have written. What it carries can be neither read
 * nor changed, and is worth nothing in another browser.
 */
export interface Seal<Content> {
  /** Base64url and dots: goes into a URL, a cookie or a hidden field as it is. */
  seal(content: Content, browserHash: string): string
  /** Undefined for what was changed, cut, or sealed for another browser. Does not look at its age. */
  open(sealed: string, browserHash: string): Content | undefined
}

/**
 * AES-256-GCM (NIST SP 800-38D) under a random 96-bit nonce, bound to the browser as associated data. Every process with
 * the same key opens what any other sealed. The content is JSON; what is undefined in it is left out.
 */
export const createSeal = <Content>(deps: {
  /** 32 bytes, for this purpose alone. */
  readonly key: Uint8Array
  readonly random: Random
}): Seal<Content> => {
  const key = createSecretKey(deps.key)
  return {
    seal: (content, browserHash) => {
      const nonce = deps.random.bytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(associatedData(browserHash))
      const sealed = [
        nonce,
        cipher.update(JSON.stringify(content), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]
      return VERSION + Buffer.concat(sealed).toString('base64url')
    },
    open: (sealed, browserHash) => {
      if (!sealed.startsWith(VERSION)) return undefined
      const text = sealed.slice(VERSION.length)
      const bytes = Buffer.from(text, 'base64url')
      // NOTE: Node skips what is no base64; whoever puts what opened into an address must not carry that along.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return undefined
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(associatedData(browserHash)).setAuthTag(bytes.subarray(-TAG_BYTES))
      const json = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8')
      try {
        return JSON.parse(json + decipher.final('utf8')) as Content
      } catch {
        return undefined
      }
    },
  }
}

const associatedData = (browserHash: string): Buffer => Buffer.from(VERSION + browserHash)
