import type { TypedRequest } from '../../../../src/console/command/request-text.ts'
import type { JsonObject } from '../../api/server.ts'

export interface SentRequest {
  readonly id: string
  readonly command: string
  /** An instant, as the server writes it. */
  readonly at: string
}

export interface Snippet extends SentRequest {
  readonly title: string
  readonly collection: string | undefined
}

const MOST_BYTES = 65_536

/** What of a request the history keeps: all of it, or without the body where that is too long. */
export const commandOf = (text: string, { from, to, body }: TypedRequest): string => {
  const command = text.slice(from, to)
  if (body === undefined || new TextEncoder().encode(command).length <= MOST_BYTES) return command
  const head = text.slice(from, body.from).trimEnd()
  return `${head}\n\n# The body was too long to keep: ${body.text.length.toLocaleString('en')} characters.`
}

const resourcesOf = (bundle: JsonObject): readonly JsonObject[] =>
  ((bundle.entry ?? []) as readonly { readonly resource: JsonObject }[]).map(({ resource }) => resource)

const sentOf = ({ id, command, meta }: JsonObject): SentRequest => ({
  id: String(id),
  command: String(command),
  at: String((meta as JsonObject).lastUpdated),
})

export const sentRequestsOf = (bundle: JsonObject): readonly SentRequest[] => resourcesOf(bundle).map(sentOf)

export const snippetsOf = (bundle: JsonObject): readonly Snippet[] =>
  resourcesOf(bundle).map((resource) => ({
    ...sentOf(resource),
    title: String(resource.title),
    collection: typeof resource.collection === 'string' ? resource.collection : undefined,
  }))
