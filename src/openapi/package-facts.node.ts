import { readFileSync } from 'node:fs'

export interface PackageFacts {
  readonly version: string
  readonly description: string
}

/** What package.json says of the server. */
export const readPackageFacts = (): PackageFacts => {
  const { version, description } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as PackageFacts
  return { version, description }
}
