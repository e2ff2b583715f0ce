import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type ReadInitBundle =
  | { readonly kind: 'bundle'; readonly bytes: Uint8Array }
  | { readonly kind: 'fault'; readonly message: string }

/** Reads the file of resources to apply at each start; a path, or a `file:` URL as Aidbox takes it. */
export const readInitBundle = (location: string): ReadInitBundle => {
  try {
    return {
      kind: 'bundle',
      bytes: readFileSync(location.startsWith('file:') ? fileURLToPath(location) : location),
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    return { kind: 'fault', message: `expected the path of a file that can be read${code}` }
  }
}
