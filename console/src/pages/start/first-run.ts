import type { JsonObject } from '../../api/server.ts'
import { textAt } from '../../document/at-path.ts'

/** Who chose the password that holds: at the first start nobody did, it was made or came from the environment. */
export type PasswordOrigin =
  | { readonly kind: 'first-start' }
  | { readonly kind: 'own' }
  | { readonly kind: 'other'; readonly actor: string }

export interface FirstRunFacts {
  readonly password: PasswordOrigin
  readonly isTwoFactorOn: boolean
  /** Applications that people sign in to, or programs that get tokens. */
  readonly clientCount: number
  /** Whether any client ever got tokens. */
  readonly hasIssuedTokens: boolean
}

export interface FirstRunStep {
  readonly id: 'password' | 'two-factor' | 'client' | 'sandbox'
  readonly title: string
  readonly isDone: boolean
  /** What is so, where it is done; otherwise why to do it. */
  readonly why: string
  readonly action: string
  readonly href: string
}

/** What a server needs before others meet it, in order. */
export const firstRunSteps = (facts: FirstRunFacts): readonly FirstRunStep[] => [
  {
    id: 'password',
    title: 'Choose your own password',
    isDone: facts.password.kind === 'own',
    why: whyPassword(facts.password),
    action: 'Change password',
    href: '/auth/change-password',
  },
  {
    id: 'two-factor',
    title: 'Turn on your second factor',
    isDone: facts.isTwoFactorOn,
    why: facts.isTwoFactorOn
      ? 'Whoever learns your password still needs your phone.'
      : 'An administrator can read and change everything here, so a password alone is too little.',
    action: 'Turn on two-factor',
    href: '/auth/two-factor/enable',
  },
  {
    id: 'client',
    title: 'Create a client',
    isDone: facts.clientCount > 0,
    why:
      facts.clientCount > 0
        ? 'There is an application beside the root client.'
        : 'A client is an application that people sign in to; so far there is only the root client.',
    action: 'New client',
    href: '/console/clients/new',
  },
  {
    id: 'sandbox',
    title: 'Play a sign-in in the sandbox',
    isDone: facts.hasIssuedTokens,
    why: facts.hasIssuedTokens
      ? 'A client has got its tokens: sign-in works from end to end.'
      : 'It plays an application, a browser and a phone, and shows every request with its answer.',
    action: 'Open the sandbox',
    href: '/console/sandbox/two-factor',
  },
]

const whyPassword = (origin: PasswordOrigin): string => {
  switch (origin.kind) {
    case 'own':
      return 'You chose it yourself.'
    case 'first-start':
      return 'The first one was printed in a terminal, or stands in the environment: whoever saw it can sign in as you.'
    case 'other':
      return `${origin.actor} set it for you, and so knows it.`
  }
}

/** From the newest audit events of a user's password, newest first. */
export const passwordOriginOf = (userId: string, events: readonly JsonObject[]): PasswordOrigin => {
  const last = events.find(
    (event) => textAt(event, ['outcome']) === 'success' && textAt(event, ['reason']) !== 'unchanged',
  )
  if (last === undefined) return { kind: 'first-start' }
  if (textAt(last, ['event']) === 'password-self-reset') return { kind: 'own' }
  const [type, id] = [textAt(last, ['actor', 'resourceType']), textAt(last, ['actor', 'id'])]
  if (id === '') return { kind: 'first-start' }
  return type === 'User' && id === userId ? { kind: 'own' } : { kind: 'other', actor: `${type}/${id}` }
}

/** Neither of the root client's kind, which only uses REST, nor made by the sandbox. */
export const isApplication = (client: JsonObject): boolean => {
  const grants = Array.isArray(client.grant_types) ? client.grant_types : []
  return grants.some((grant) => grant !== 'basic') && !textAt(client, ['id']).startsWith('trial-')
}
