import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { ClientStore } from '../../clients/client.store.ts'
import type { Client } from '../../clients/client.ts'
import type { Clock } from '../../kernel/clock.ts'
import { epochSeconds } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Random } from '../../kernel/random.ts'
import { newId } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { LogoutNotice, LogoutNoticeStore } from '../../sessions/logout-notice.store.ts'
import type { SignJwtOptions } from '../keys/signing-keys.ts'

export interface DeliverLogoutsDeps {
  readonly notices: LogoutNoticeStore
  readonly clients: Pick<ClientStore, 'find'>
  readonly signJwt: (claims: JsonObject, options?: SignJwtOptions) => Promise<string>
  readonly fetch: OutboundFetch
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  readonly random: Random
  readonly issuer: string
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** OpenID Connect Back-Channel Logout 1.0 §2.4 recommends at most two minutes. */
const TOKEN_SECONDS = 120
const TIMEOUT_MILLISECONDS = 5000
/** Longer than a delivery takes, so that two processes never deliver the same at once. */
const LEASE_MILLISECONDS = 30_000
const AT_ONCE = 4

/** How long an application that failed is left alone. */
const HOLD_MILLISECONDS = 10_000
/** Waits after the first, second … failure; after the last one nobody tries again. */
const RETRY_MILLISECONDS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000]

/**
 * Tells applications of the sessions that ended, a few at once, until none is due; answers how many were tried. Each is tried
 * six times, for a day at most, and the last failure is recorded. An application that fails is left alone for ten seconds, so
 * that what waits for it keeps no other one waiting.
 */
export const deliverLogouts = async (deps: DeliverLogoutsDeps): Promise<number> => {
  let tried = 0
  const work = async (): Promise<void> => {
    for (;;) {
      const now = deps.clock.now()
      const notice = await deps.notices.claim(now, new Date(now.getTime() + LEASE_MILLISECONDS))
      if (notice === undefined) return
      tried += 1
      await deliver(deps, notice)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return tried
}

const deliver = async (deps: DeliverLogoutsDeps, notice: LogoutNotice): Promise<void> => {
  const client = await deps.clients.find(notice.clientId)
  const uri = client?.isActive === true ? client.backChannelLogoutUri : undefined
  if (client === undefined || uri === undefined) {
    await commit(deps.transact, [deps.notices.doneStep(notice)])
    return
  }
  const isOver = notice.giveUpAt <= deps.clock.now().getTime()
  const reason = isOver ? 'expired' : await send(deps, client, uri, notice)
  const now = deps.clock.now()
  const after = (milliseconds: number): Date => new Date(now.getTime() + milliseconds)
  const hold =
    reason === undefined || isOver ? [] : [deps.notices.holdStep(client.id, after(HOLD_MILLISECONDS))]
  const wait = reason === undefined || isOver ? undefined : RETRY_MILLISECONDS[notice.attempts - 1]
  if (wait !== undefined) {
    await commit(deps.transact, [...hold, deps.notices.retryStep(notice, after(wait))])
    return
  }
  await commit(deps.transact, [
    ...hold,
    deps.notices.doneStep(notice),
    deps.auditLog.step({
      event: 'back-channel-logout',
      outcome: reason === undefined ? 'success' : 'failure',
      userId: notice.userId,
      clientId: client.id,
      detail: { sessionId: notice.sessionId, attempts: notice.attempts },
      ...(reason === undefined ? {} : { reason }),
    }),
  ])
}

/** Why it failed; undefined when the application has it (§2.8). */
const send = async (
  deps: DeliverLogoutsDeps,
  client: Client,
  url: string,
  notice: LogoutNotice,
): Promise<string | undefined> => {
  const outcome = await deps.fetch({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: await logoutToken(deps, client, notice) }).toString(),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    mostBytes: 0,
  })
  if (outcome.kind === 'failed') return outcome.reason
  return outcome.status >= 200 && outcome.status < 300 ? undefined : `status-${outcome.status}`
}

/** §2.4: never a nonce, so that it is taken for no ID token. */
const logoutToken = (
  deps: DeliverLogoutsDeps,
  client: Client,
  { userId, sessionId }: LogoutNotice,
): Promise<string> => {
  const issuedAt = epochSeconds(deps.clock.now())
  const claims = {
    iss: deps.issuer,
    aud: client.id,
    iat: issuedAt,
    exp: issuedAt + TOKEN_SECONDS,
    jti: newId(deps.random),
    sub: userId,
    sid: sessionId,
    events: { [EVENT]: {} },
  }
  return deps.signJwt(claims, { algorithm: client.idTokenAlgorithm, type: 'logout+jwt' })
}
