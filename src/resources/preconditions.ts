import { malformed, Problem } from '../kernel/problem.ts'
import type { StoredResource } from './resource.ts'

/** What If-Match or If-None-Match names (RFC 9110 §13.1): any version, or these. */
export type EntityTags = '*' | readonly string[]

export interface Preconditions {
  readonly ifMatch: EntityTags | undefined
  readonly ifNoneMatch: EntityTags | undefined
}

/** `W/"138"`, `"138"` and a bare `138` name version 138. @throws {Problem} malformed */
export const parseEntityTags = (header: string | undefined, name: string): EntityTags | undefined => {
  const text = header?.trim()
  if (text === undefined) return undefined
  if (text === '*') return '*'
  return text.split(',').map((part) => {
    const [, quoted, bare] = /^\s*(?:(?:W\/)?"([^"]*)"|([\w.-]+))\s*$/.exec(part) ?? []
    const tag = quoted ?? bare
    if (tag === undefined) throw malformed('expected a version such as W/"138", or *', name)
    return tag
  })
}

/** The ETag of a version (RFC 9110 §8.8.3): weak, since JSON and YAML have the same. */
export const entityTag = (versionId: number): string => `W/"${versionId}"`

/** Whether the tags name this resource; a deleted one is named by none. */
export const isNamed = (tags: EntityTags, resource: StoredResource | undefined): boolean =>
  resource !== undefined && !resource.isDeleted && (tags === '*' || tags.includes(String(resource.versionId)))

/** @throws {Problem} version-conflict (412) */
export const checkPreconditions = (
  { ifMatch, ifNoneMatch }: Preconditions,
  resource: StoredResource | undefined,
): void => {
  const isRefused =
    (ifMatch !== undefined && !isNamed(ifMatch, resource)) ||
    (ifNoneMatch !== undefined && isNamed(ifNoneMatch, resource))
  if (isRefused) throw new Problem({ kind: 'version-conflict', message: 'Version Id mismatch' })
}
