import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid } from '../kernel/problem.ts'
import { reference } from '../resources/reference.ts'
import type { PreparedWrite, ResourceKind, WriteContext } from '../resources/resource-kind.ts'
import { createMasker } from './command/mask-secrets.ts'
import type { UiMemoryStore } from './ui-memory.store.ts'
import { OWNER_KEY } from './ui-memory.store.ts'

const LONGEST_COMMAND_BYTES = 65_536

/** What was sent earlier than the last 200 times is forgotten. */
const MOST_HISTORY = 200

/** Snippets have names and are never forgotten by themselves. */
const MOST_SNIPPETS = 500

const encoder = new TextEncoder()

const command = z
  .string()
  .min(1, 'expected a request')
  .refine(
    (text) => encoder.encode(text).length <= LONGEST_COMMAND_BYTES,
    `expected at most ${LONGEST_COMMAND_BYTES} bytes`,
  )

const line = z.string().min(1, 'expected at least one character').max(200, 'expected at most 200 characters')

/** NOTE: who reads and writes back sends `user` as well; whose it is, is not theirs to say. */
const user = reference('User').optional()

const historySchema = z.strictObject({ type: z.enum(['http'], 'expected http'), command, user })

const snippetSchema = z.strictObject({ title: line, collection: line.optional(), command, user })

export type UiHistoryInput = z.infer<typeof historySchema>
export type UiSnippetInput = z.infer<typeof snippetSchema>

export const UI_TYPES = ['ui_history', 'ui_snippet'] as const

export interface UiKindsDeps {
  readonly memory: UiMemoryStore
}

/** What both have in common: each is of the user who made it, without secrets, and leaves no trace once it is gone. */
const common = (type: (typeof UI_TYPES)[number], deps: UiKindsDeps) => ({
  type,
  writeOnly: [],
  unsearchable: [],
  isUnaudited: true as const,
  referencePaths: [['user']],
  lookupKeys: (_id: string, document: JsonObject) => {
    const owner = ownerOf(document)
    return owner === undefined ? [] : [{ name: OWNER_KEY, value: owner, isUnique: false }]
  },
  deleteSteps: (id: string) => deps.memory.forgetSteps(type, id),
})

/** Requests that were sent, kept for who sent them: the newest 200. */
export const createUiHistoryKind = (deps: UiKindsDeps): ResourceKind<UiHistoryInput> => ({
  ...common('ui_history', deps),
  schema: historySchema,
  searchParameters: {
    type: { type: 'token', paths: [['type']] },
    user: { type: 'reference', paths: [['user']] },
    command: { type: 'string', paths: [['command']] },
  },
  prepareWrite: async ({ user: _, ...input }, context) => {
    const owner = ownerAt(context)
    return {
      ...(await keep(input, owner)),
      steps: [
        ...deps.memory.forgetVersionsSteps('ui_history', context.id),
        ...(owner === undefined ? [] : deps.memory.keepNewestSteps('ui_history', owner, MOST_HISTORY)),
      ],
    }
  },
})

/** Requests with a name, kept for who named them. */
export const createUiSnippetKind = (deps: UiKindsDeps): ResourceKind<UiSnippetInput> => ({
  ...common('ui_snippet', deps),
  schema: snippetSchema,
  searchParameters: {
    title: { type: 'string', paths: [['title']] },
    collection: { type: 'string', paths: [['collection']] },
    user: { type: 'reference', paths: [['user']] },
    command: { type: 'string', paths: [['command']] },
  },
  prepareWrite: async ({ user: _, ...input }, context) => {
    const owner = ownerAt(context)
    const isNew = context.current === undefined && owner !== undefined
    if (isNew && (await deps.memory.count('ui_snippet', owner)) >= MOST_SNIPPETS)
      throw invalid(`there are ${MOST_SNIPPETS} already; delete one first`, 'ui_snippet')
    return {
      ...(await keep(input, owner)),
      steps: deps.memory.forgetVersionsSteps('ui_snippet', context.id),
    }
  },
})

/** Whose it was stays; what is new belongs to who makes it. A client of its own, such as the root client, is nobody. */
const ownerAt = ({ current, userId }: WriteContext): string | undefined =>
  current === undefined ? userId : ownerOf(current.body)

const ownerOf = ({ user: owner }: JsonObject): string | undefined =>
  isJsonObject(owner) && typeof owner.id === 'string' ? owner.id : undefined

/** Secrets are masked before anything is stored, so no read can show them. */
const keep = async (
  input: Omit<UiHistoryInput | UiSnippetInput, 'user'>,
  owner: string | undefined,
): Promise<Omit<PreparedWrite, 'steps'>> => {
  // NOTE: loaded by the first that is kept; most servers never keep one.
  const mask = createMasker(await import('yaml'))
  const masked = mask(input.command)
  return {
    document: {
      ...input,
      command: masked,
      ...(owner === undefined ? {} : { user: { resourceType: 'User', id: owner } }),
    },
    changedSecrets: [],
  }
}
