import type { Clock } from '../../kernel/clock.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { IssuerAnswer } from './ask-issuer.ts'
import { askIssuer } from './ask-issuer.ts'
import type { Endpoint } from './introspector.ts'

export interface OpaqueAnswersDeps {
  readonly fetch: OutboundFetch
  readonly clock: Clock
}

/** Asks about a bearer token, or remembers the answer. `network`: of whoever shows it. */
export type AskAboutBearer = (endpoint: Endpoint, token: string, network: string) => Promise<IssuerAnswer>

interface Remembered {
  readonly since: number
  readonly until: number
  readonly answer: IssuerAnswer
}

const WINDOW_MILLISECONDS = 60_000
/** What one network may have asked in vain in a window: whoever sends any text at all makes us call somebody else. */
export const MOST_IN_VAIN = 60
const MOST_NETWORKS = 10_000
const MOST_REMEMBERED = 5000
/** A no counts for less long: it may have come too early. */
const LONGEST_NO_SECONDS = 60

/**
 * One call for each token and `cache_ttl`, however many requests show it, and few for tokens that nobody issued. The
 * endpoint and its credentials are part of the question, so an answer does not outlive a change of them.
 */
export const createOpaqueAnswers = ({ fetch, clock }: OpaqueAnswersDeps): AskAboutBearer => {
  const answers = new Map<string, Remembered>()
  const underWay = new Map<string, Promise<IssuerAnswer>>()
  let window = { startsAt: 0, inVain: new Map<string, number>() }

  const inVainOf = (network: string): number => {
    const now = clock.now().getTime()
    if (Math.abs(now - window.startsAt) >= WINDOW_MILLISECONDS) window = { startsAt: now, inVain: new Map() }
    return window.inVain.get(network) ?? (window.inVain.size >= MOST_NETWORKS ? MOST_IN_VAIN : 0)
  }

  const remember = (key: string, answer: IssuerAnswer, seconds: number): void => {
    const since = clock.now().getTime()
    const [oldest] = answers.keys()
    if (answers.size >= MOST_REMEMBERED && oldest !== undefined) answers.delete(oldest)
    answers.delete(key)
    answers.set(key, { since, until: since + seconds * 1000, answer })
  }

  const ask = async (key: string, endpoint: Endpoint, token: string, network: string) => {
    const answer = await askIssuer(fetch, endpoint, token)
    if (answer.kind === 'active') {
      remember(key, answer, endpoint.cacheSeconds)
      return answer
    }
    window.inVain.set(network, inVainOf(network) + 1)
    // NOTE: that the issuer could not be asked says nothing of the token.
    if (answer.reason === 'not-active')
      remember(key, answer, Math.min(endpoint.cacheSeconds, LONGEST_NO_SECONDS))
    return answer
  }

  return async (endpoint, token, network) => {
    const key = hashSecretToken(JSON.stringify([endpoint.url, endpoint.authorization ?? null, token]))
    const now = clock.now().getTime()
    const known = answers.get(key)
    if (known !== undefined && known.since <= now && now < known.until) return known.answer
    const asked = underWay.get(key)
    if (asked !== undefined) return asked
    if (inVainOf(network) >= MOST_IN_VAIN) return { kind: 'refused', reason: 'asked-too-often' }
    const asking = ask(key, endpoint, token, network).finally(() => underWay.delete(key))
    underWay.set(key, asking)
    return asking
  }
}
