import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import type { SessionTable } from '../../src/db/tables.ts'
import { createKnownDeviceStore } from '../../src/sessions/known-device.sql.ts'
import { createSessionStore } from '../../src/sessions/session.sql.ts'
import { forEachDatabase } from '../support/databases.ts'
import { sessionRow } from '../support/session-row.ts'
import { storeDocument, storeUser } from '../support/stored-users.ts'

const at = new Date(1_000_000)
const later = new Date(1_000_500)
const expiresAt = new Date(2_000_000)
const proven = [{ factor: 'password', at: 999_999 }]

const token = (id: string, more: Partial<SessionTable>): SessionTable =>
  sessionRow({
    id,
    type: 'authorization_code',
    user_id: 'ann',
    client_id: 'app',
    parent_id: 's1',
    token_hash: `hash-${id}`,
    scope: 'openid',
    expires_at: expiresAt.getTime(),
    ...more,
  })

forEachDatabase('Sessions', (open) => {
  const setUp = async () => {
    const database = await open()
    const sessions = createSessionStore(database)
    await storeUser(database, { id: 'ann' })
    await storeUser(database, { id: 'bob' })
    await storeDocument(database, 'Client', 'app', {})
    const session = (id: string, userId = 'ann') =>
      sessions.openStep({ id, tokenHash: `hash-${id}`, userId, proven, at, expiresAt })
    await database.transact([session('s1'), session('s2'), session('b1', 'bob')])
    return { database, sessions, session }
  }
  const addToken = (database: Database, id: string, more: Partial<SessionTable> = {}) =>
    database.transact([database.step(database.sql.insertInto('session').values(token(id, more)))])

  it('finds a browser session by the hash of its cookie until it expires', async () => {
    const { sessions } = await setUp()
    assert.deepEqual(await sessions.findBrowserSession('hash-s1', later), {
      id: 's1',
      cookieHash: 'hash-s1',
      userId: 'ann',
      proven,
      authenticatedAt: at.getTime(),
      expiresAt: expiresAt.getTime(),
    })
    assert.equal(await sessions.findBrowserSession('hash-s1', expiresAt), undefined)
    assert.equal(await sessions.findBrowserSession('hash-other', later), undefined)
  })

  it('keeps cookies and tokens apart', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1', { authenticated_at: at.getTime() })
    assert.equal(await sessions.findTokenSession('hash-s1', later), undefined)
    assert.equal(await sessions.findBrowserSession('hash-t1', later), undefined)
    assert.deepEqual(await sessions.findTokenSession('hash-t1', later), {
      id: 't1',
      familyId: 't1',
      userId: 'ann',
      clientId: 'app',
      scope: 'openid',
      authenticatedAt: undefined,
      expiresAt: expiresAt.getTime(),
    })
    assert.equal(await sessions.findTokenSession('hash-t1', expiresAt), undefined)
  })

  it('knows when somebody signed in for a token, and that nobody did for one without proofs', async () => {
    const { database, sessions } = await setUp()
    const signedIn = { authenticated_at: at.getTime() }
    await addToken(database, 't1', { ...signedIn, family_id: 'f', proven: JSON.stringify(proven) })
    await addToken(database, 't2', { ...signedIn, proven: '[]' })
    const first = await sessions.findTokenSession('hash-t1', later)
    assert.deepEqual([first?.familyId, first?.authenticatedAt], ['f', at.getTime()])
    assert.equal((await sessions.findTokenSession('hash-t2', later))?.authenticatedAt, undefined)
  })

  it('has no sessions of users that are inactive, deleted or were never there', async () => {
    const { database, sessions, session } = await setUp()
    await addToken(database, 't1')
    const isThere = async () => [
      (await sessions.findBrowserSession('hash-s1', later)) !== undefined,
      (await sessions.findTokenSession('hash-t1', later)) !== undefined,
    ]
    assert.deepEqual(await isThere(), [true, true])
    await storeDocument(database, 'User', 'ann', { inactive: true })
    assert.deepEqual(await isThere(), [false, false])
    await storeDocument(database, 'User', 'ann', { inactive: false })
    assert.deepEqual(await isThere(), [true, true])
    await storeDocument(database, 'User', 'ann', {}, 1)
    assert.deepEqual(await isThere(), [false, false])
    await database.transact([session('s9', 'nobody')])
    assert.equal(await sessions.findBrowserSession('hash-s9', later), undefined)
  })

  it('has no tokens of clients that are inactive or deleted, but tokens without a user', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1')
    await addToken(database, 't2', { user_id: null, parent_id: null })
    const isThere = async (id: string) => (await sessions.findTokenSession(`hash-${id}`, later)) !== undefined
    assert.deepEqual([await isThere('t1'), await isThere('t2')], [true, true])
    await storeDocument(database, 'Client', 'app', { active: false })
    assert.deepEqual([await isThere('t1'), await isThere('t2')], [false, false])
    await storeDocument(database, 'Client', 'app', {}, 1)
    assert.deepEqual([await isThere('t1'), await isThere('t2')], [false, false])
  })

  const liveOnes = async (database: Database) => {
    const query = database.sql.selectFrom('session').select('id').where('ended_at', 'is', null).orderBy('id')
    return (await database.all(query)).map((row) => row.id)
  }

  it('ends a session with the tokens that hang on it, and no others', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1')
    await addToken(database, 't2', { parent_id: 's2' })
    await database.transact(sessions.endSteps('s1', 'sign-out', later))
    assert.deepEqual(await liveOnes(database), ['b1', 's2', 't2'])
    assert.equal(await sessions.findBrowserSession('hash-s1', later), undefined)
  })

  it('ends all sessions of a user but one and its tokens', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1')
    await addToken(database, 't2', { parent_id: 's2' })
    await addToken(database, 't3', { parent_id: null })
    await database.transact(sessions.endAllOfUserSteps('ann', 'two-factor', later, 's1'))
    assert.deepEqual(await liveOnes(database), ['b1', 's1', 't1'])
    await database.transact(sessions.endAllOfUserSteps('ann', 'password', later))
    assert.deepEqual(await liveOnes(database), ['b1'])
  })

  it('guards a transaction against a session that ended or expired', async () => {
    const { database, sessions } = await setUp()
    const outcome = async (id: string, now = later) =>
      (await database.transact([sessions.aliveGuard(id, now)])).kind
    assert.equal(await outcome('s1'), 'committed')
    assert.equal(await outcome('s1', expiresAt), 'refused')
    assert.equal(await outcome('nothing'), 'refused')
    await database.transact(sessions.endSteps('s1', 'sign-out', later))
    assert.equal(await outcome('s1'), 'refused')
  })

  it('ends all tokens of a client', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1')
    await addToken(database, 't2', { client_id: 'other' })
    await database.transact(sessions.endAllOfClientSteps('app', 'client-deleted', later))
    assert.deepEqual(await liveOnes(database), ['b1', 's1', 's2', 't2'])
  })

  it('goes on under another cookie with its tokens, as long as it lives and is the same person’s', async () => {
    const { database, sessions } = await setUp()
    await addToken(database, 't1')
    const reopen = async (id: string, userId: string) => {
      const opened = { id, tokenHash: `new-${id}`, userId, proven, at: later, expiresAt }
      return (await database.transact(sessions.reopenSteps(opened))).kind
    }
    assert.equal(await reopen('s1', 'bob'), 'refused')
    assert.equal(await reopen('t1', 'ann'), 'refused', 'a token is no browser session')
    assert.equal(await reopen('s1', 'ann'), 'committed')
    assert.equal(await sessions.findBrowserSession('hash-s1', later), undefined)
    assert.equal((await sessions.findBrowserSession('new-s1', later))?.authenticatedAt, later.getTime())
    await database.transact(sessions.endSteps('s1', 'sign-out', later))
    assert.deepEqual(await liveOnes(database), ['b1', 's2'])
    assert.equal(await reopen('s1', 'ann'), 'refused')
  })

  it('leaves offline access to others than first parties, which ends with all of the user’s', async () => {
    const { database, sessions } = await setUp()
    await storeDocument(database, 'Client', 'ours', { first_party: true })
    await addToken(database, 't1', { scope: 'openid offline_access' })
    await addToken(database, 't2', { scope: 'a', refresh_scope: 'a offline_access' })
    await addToken(database, 't3', { scope: 'xoffline_access offline_accessx' })
    await addToken(database, 't4', { client_id: 'ours', scope: 'offline_access' })
    await database.transact(sessions.endSteps('s1', 'sign-out', later))
    assert.deepEqual(await liveOnes(database), ['b1', 's2', 't1', 't2'])
    await database.transact(sessions.endAllOfUserSteps('ann', 'password', later))
    assert.deepEqual(await liveOnes(database), ['b1'])
  })
})

forEachDatabase('Known devices', (open) => {
  it('knows every user of a browser under its newest cookie only, each by an id that stays', async () => {
    const database = await open()
    const devices = createKnownDeviceStore(database)
    const remember = (userId: string, deviceId: string, newTokenHash: string, oldTokenHash?: string) =>
      database.transact(devices.rememberSteps({ userId, deviceId, oldTokenHash, newTokenHash, expiresAt }))
    await remember('ann', 'a', 'h1')
    await remember('bob', 'b', 'h2', 'h1')
    await remember('ann', 'a', 'h3', 'h2')
    const find = (hash: string, userId: string, now = later) => devices.findDeviceId(hash, userId, now)
    assert.deepEqual([await find('h3', 'ann'), await find('h3', 'bob')], ['a', 'b'])
    assert.deepEqual([await find('h2', 'ann'), await find('h1', 'ann')], [undefined, undefined])
    assert.equal(await find('h3', 'ann', expiresAt), undefined)
    await database.transact(devices.forgetAllOfUserSteps('ann', 'a'))
    assert.equal(await find('h3', 'ann'), 'a')
    await database.transact(devices.forgetAllOfUserSteps('ann'))
    assert.deepEqual([await find('h3', 'ann'), await find('h3', 'bob')], [undefined, 'b'])
  })
})
