import { read, search } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { ask } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import type { FirstRunFacts } from './first-run.ts'
import { isApplication, passwordOriginOf } from './first-run.ts'

/** So many users, the newest, are looked at to count second factors. */
const USERS_COUNTED = 1000

export interface Overview {
  readonly users: number
  readonly usersWithTwoFactor: number
  /** Less than all where there are very many. */
  readonly usersLookedAt: number
  readonly clients: number
  readonly browsers: number
  readonly tokens: number
  /** Of the audit log, newest first. */
  readonly failures: readonly JsonObject[]
}

export interface StartFacts {
  readonly firstRun: FirstRunFacts
  readonly overview: Overview
}

/** All that the first page tells; each part is a search that curl does as well. @throws {ServerError} */
export const loadStart = async (signal: AbortSignal): Promise<StartFacts> => {
  const me = textAt(await ask('GET', '/auth/userinfo', undefined, signal), ['id'])
  const count = async (type: string, query: Readonly<Record<string, string>>): Promise<number> =>
    (await search(type, { ...query, _count: '0' }, signal)).total ?? 0
  const [own, passwordEvents, clients, issued, users, browsers, sessions, failures] = await Promise.all([
    read('User', me, signal),
    search(
      'AuditEvent',
      {
        user: `User/${me}`,
        event: 'password-change,password-self-reset',
        _sort: '-_lastUpdated',
        _count: '20',
        _total: 'none',
      },
      signal,
    ),
    search('Client', { _elements: 'id,grant_types', _sort: '-_lastUpdated', _count: '100' }, signal),
    search('AuditEvent', { event: 'token-issue', outcome: 'success', _count: '1', _total: 'none' }, signal),
    search('User', { _elements: 'id,twoFactor', _sort: '-_lastUpdated', _count: `${USERS_COUNTED}` }, signal),
    count('Session', { active: 'true', type: 'browser' }),
    count('Session', { active: 'true' }),
    search('AuditEvent', { outcome: 'failure', _sort: '-_lastUpdated', _count: '5', _total: 'none' }, signal),
  ])
  return {
    firstRun: {
      password: passwordOriginOf(me, passwordEvents.resources),
      isTwoFactorOn: hasTwoFactor(own.document),
      clientCount: clients.resources.filter(isApplication).length,
      hasIssuedTokens: issued.resources.length > 0,
    },
    overview: {
      users: users.total ?? users.resources.length,
      usersWithTwoFactor: users.resources.filter(hasTwoFactor).length,
      usersLookedAt: users.resources.length,
      clients: clients.total ?? clients.resources.length,
      browsers,
      tokens: Math.max(0, sessions - browsers),
      failures: failures.resources,
    },
  }
}

const hasTwoFactor = (user: JsonObject): boolean => valueAt(user, ['twoFactor', 'enabled']) === true
