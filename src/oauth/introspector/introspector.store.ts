import type { WriteStep } from '../../kernel/transact.ts'
import type { Introspector } from './introspector.ts'

/** The secrets of a TokenIntrospector by their path in the document; encrypted at rest, given and returned in clear. */
export type IntrospectorSecrets = Readonly<Record<string, string>>

export interface IntrospectorStore {
  /** Who stands for the tokens of this issuer; one read. */
  findByIssuer(type: 'jwt' | 'opaque', issuer: string): Promise<Introspector | undefined>
  /** The first ones that can be asked about opaque tokens; one read. */
  findOpaque(most: number): Promise<readonly Introspector[]>
}

export interface IntrospectorSecretStore {
  find(introspectorId: string): Promise<IntrospectorSecrets>
  /** Replaces all of them. */
  replaceSteps(introspectorId: string, secrets: IntrospectorSecrets): readonly WriteStep[]
}
