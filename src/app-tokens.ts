import type { Stores } from './app-stores.ts'
import type { Clock } from './kernel/clock.ts'
import type { RequestOrigin } from './kernel/request-origin.ts'
import { hashSecretToken } from './kernel/secret-token.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import type { NoticeRefusedBearer } from './oauth/refused-bearer.ts'
import { createRefusedBearerLog } from './oauth/refused-bearer.ts'
import type { TokenSession } from './sessions/session.ts'

interface TokenChecksDeps {
  readonly stores: Pick<Stores, 'sessions' | 'issuedTokens' | 'auditLog'>
  readonly keys: Pick<SigningKeys, 'judgeOwnJwt'>
  readonly clock: Clock
}

export interface TokenChecks {
  /** The live session of an access token; what is none is recorded. */
  readonly findTokenSession: (token: string, origin: RequestOrigin) => Promise<TokenSession | undefined>
  readonly noticeRefused: NoticeRefusedBearer
}

/** How bearer tokens are looked up, and what is remembered of those that are not good. */
export const createTokenChecks = ({ stores, keys, clock }: TokenChecksDeps): TokenChecks => {
  const noticeRefused = createRefusedBearerLog({ ...stores, judgeOwnJwt: keys.judgeOwnJwt, clock })
  return {
    noticeRefused,
    findTokenSession: async (token, origin) => {
      const session = await stores.sessions.findTokenSession(hashSecretToken(token), clock.now())
      if (session === undefined) await noticeRefused(token, origin)
      return session
    },
  }
}
