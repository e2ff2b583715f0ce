import type { Stores } from './app-stores.ts'
import { networkOf } from './http/client-address.ts'
import type { Clock } from './kernel/clock.ts'
import type { RequestOrigin } from './kernel/request-origin.ts'
import { hashSecretToken } from './kernel/secret-token.ts'
import { createOpaqueAnswers } from './oauth/introspector/opaque-answers.ts'
import { verifyBearer } from './oauth/introspector/verify-bearer.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import type { NoticeRefusedBearer } from './oauth/refused-bearer.ts'
import { createRefusedBearerLog } from './oauth/refused-bearer.ts'
import { createOutboundFetch } from './outbound/outbound-fetch.node.ts'
import { createRemoteJwks } from './outbound/remote-jwks.ts'
import type { TokenSession } from './sessions/session.ts'

interface TokenChecksDeps {
  readonly stores: Pick<Stores, 'sessions' | 'issuedTokens' | 'auditLog' | 'introspectors' | 'accounts'>
  readonly keys: Pick<SigningKeys, 'judgeOwnJwt'>
  readonly clock: Clock
  readonly issuer: string
}

export interface TokenChecks {
  /** The live session of an access token; what is none is recorded. */
  readonly findTokenSession: (token: string, origin: RequestOrigin) => Promise<TokenSession | undefined>
  /** The user of a token that has no live session here, where another issuer stands for it; what is none is recorded. */
  readonly findForeignUser: (token: string, origin: RequestOrigin) => Promise<string | undefined>
  readonly noticeRefused: NoticeRefusedBearer
}

/** How bearer tokens are looked up, and what is remembered of those that are not good. */
export const createTokenChecks = ({ stores, keys, clock, issuer }: TokenChecksDeps): TokenChecks => {
  const { sessions, issuedTokens } = stores
  const noticeRefused = createRefusedBearerLog({ ...stores, judgeOwnJwt: keys.judgeOwnJwt, clock })
  const fetch = createOutboundFetch()
  const foreign = {
    ...stores,
    clock,
    issuer,
    jwks: createRemoteJwks({ fetch, clock }),
    ask: createOpaqueAnswers({ fetch, clock }),
  }
  return {
    noticeRefused,
    findTokenSession: async (token, origin) => {
      const session = await sessions.findTokenSession(hashSecretToken(token), clock.now())
      if (session === undefined) await noticeRefused(token, origin)
      return session
    },
    findForeignUser: async (token, origin) => {
      // NOTE: a token of ours that is over, a refresh token or a cookie is told to nobody else.
      const hash = hashSecretToken(token)
      const isOurs =
        (await issuedTokens.find(hash, clock.now())) !== undefined ||
        (await sessions.findBrowserSession(hash, clock.now())) !== undefined
      const verdict = isOurs ? undefined : await verifyBearer(foreign, token, networkOf(origin.address))
      if (verdict?.kind === 'verified') return verdict.userId
      await noticeRefused(token, origin, verdict?.reason)
      return undefined
    },
  }
}
