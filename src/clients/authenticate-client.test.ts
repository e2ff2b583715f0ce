import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase } from '../../test/support/databases.ts'
import type { FakeClock } from '../../test/support/fake-clock.ts'
import { createFakeClock } from '../../test/support/fake-clock.ts'
import { storeDocument } from '../../test/support/stored-users.ts'
import { createAuditLog } from '../audit/audit-log.sql.ts'
import type { Database } from '../db/database.ts'
import { systemPause } from '../kernel/clock.ts'
import { silentLogger } from '../kernel/logger.ts'
import { Problem } from '../kernel/problem.ts'
import { systemRandom } from '../kernel/random.ts'
import { createAuthenticateClient } from './authenticate-client.ts'
import { createClientSecretStore, createClientStore } from './client.sql.ts'
import { createClientGuessLimit } from './client-guess-limit.sql.ts'
import { hashRandomSecret } from './client-secret.ts'
import { createClientSuspicion } from './client-suspicion.ts'
import { createVerifiedSecrets } from './verified-secrets.node.ts'

const here = { address: '192.0.2.1', requestId: 'r' }
const elsewhere = { address: '198.51.100.7', requestId: 'r' }

forEachDatabase('client authentication', (open) => {
  const start = async (database: Database, clock: FakeClock = createFakeClock()) => {
    let slow = 0
    const authenticate = createAuthenticateClient({
      clients: createClientStore(database),
      secrets: {
        // A stand-in for argon2id, whose cost would only slow the tests.
        verifySlowly: async (hash, secret) => {
          slow += 1
          return hash === `slow:${secret}`
        },
        verified: createVerifiedSecrets(systemRandom),
      },
      suspicion: createClientSuspicion({
        limit: createClientGuessLimit(database),
        auditLog: createAuditLog({
          database,
          clock,
          random: systemRandom,
          pause: systemPause,
          logger: silentLogger,
        }),
        clock,
      }),
    })
    const setSecret = (hash: string) =>
      database.transact([createClientSecretStore(database).setStep('app', hash)])
    await storeDocument(database, 'Client', 'app', { grant_types: ['basic'] })
    return { authenticate, setSecret, clock, slowHashes: () => slow }
  }

  test('compares random secrets and accepts any right reading of them', async () => {
    const { authenticate, setSecret, slowHashes } = await start(await open())
    await setSecret(hashRandomSecret('s3cret'))
    assert.equal((await authenticate('app', 's3cret', here)).kind, 'authenticated')
    assert.equal((await authenticate('app', ['s3 cret', 's3cret'], here)).kind, 'authenticated')
    assert.equal((await authenticate('app', 'S3cret', here)).kind, 'refused')
    assert.equal((await authenticate('nobody', 's3cret', here)).kind, 'refused')
    assert.equal(slowHashes(), 0)
  })

  test('hashes a chosen secret once, and again only when it changed', async () => {
    const { authenticate, setSecret, slowHashes } = await start(await open())
    await setSecret('slow:first')
    for (let use = 0; use < 5; use += 1)
      assert.equal((await authenticate('app', 'first', here)).kind, 'authenticated')
    assert.equal(slowHashes(), 1)
    await setSecret('slow:second')
    assert.equal((await authenticate('app', 'first', here)).kind, 'refused')
    assert.equal((await authenticate('app', 'second', here)).kind, 'authenticated')
    assert.equal(slowHashes(), 3)
  })

  test('refuses a network after 60 wrong secrets a minute, in every process, and nobody else', async () => {
    const database = await open()
    const { authenticate, setSecret, clock } = await start(database)
    const otherProcess = (await start(database, clock)).authenticate
    await setSecret(hashRandomSecret('right'))
    await Promise.all(
      Array.from({ length: 60 }, (_, guess) =>
        (guess % 2 === 0 ? authenticate : otherProcess)('app', `guess ${guess}`, here),
      ),
    )
    for (const process of [authenticate, otherProcess])
      await assert.rejects(
        process('app', 'right', here),
        (error) => error instanceof Problem && error.details.kind === 'rate-limited',
      )
    assert.equal((await authenticate('app', 'right', elsewhere)).kind, 'authenticated')
    clock.advance(60_001)
    assert.equal((await authenticate('app', 'right', here)).kind, 'authenticated')
  })

  test('gives nothing for the right secret behind 60 wrong ones, even when all are sent at once', async () => {
    const clock = createFakeClock()
    const now = (): Date => {
      clock.advance(1)
      return clock.now()
    }
    const { authenticate, setSecret } = await start(await open(), { ...clock, now })
    await setSecret(hashRandomSecret('right'))
    const guesses = Array.from({ length: 300 }, (_, guess) => authenticate('app', `guess ${guess}`, here))
    const right = authenticate('app', 'right', here)
    const [verdict] = await Promise.allSettled([right, ...guesses])
    assert.ok(verdict.status === 'rejected' && verdict.reason instanceof Problem)
    assert.equal(verdict.reason.details.kind, 'rate-limited')
    assert.equal((await authenticate('app', 'right', elsewhere)).kind, 'authenticated')
    clock.advance(60_001)
    assert.equal((await authenticate('app', 'right', here)).kind, 'authenticated')
  })

  test('counts the addresses of one IPv6 network as one, however many a guesser uses', async () => {
    const { authenticate, setSecret } = await start(await open())
    await setSecret(hashRandomSecret('right'))
    const from = (network: string, guess: number) => ({
      address: `2001:db8:0:${network}::${guess.toString(16)}`,
      requestId: 'r',
    })
    for (let guess = 1; guess <= 60; guess += 1) await authenticate('app', `guess ${guess}`, from('1', guess))
    await assert.rejects(
      authenticate('app', 'right', from('1', 61)),
      (error) => error instanceof Problem && error.details.kind === 'rate-limited',
    )
    assert.equal((await authenticate('app', 'right', from('2', 1))).kind, 'authenticated')
  })

  test('writes down why, and never what was typed', async () => {
    const database = await open()
    const { authenticate, setSecret } = await start(database)
    await setSecret(hashRandomSecret('right'))
    await authenticate('app', 'a-wrong-secret', here)
    await authenticate('a-secret-in-the-wrong-field', 'x', here)
    await storeDocument(database, 'Client', 'app', { active: false })
    await authenticate('app', 'right', here)
    const rows = await database.all<{ reason: string; client_id: string | null }>(
      database.sql.selectFrom('audit_event').selectAll().orderBy('reason'),
    )
    assert.deepEqual(
      rows.map((row) => [row.reason, row.client_id]),
      [
        ['inactive-client', 'app'],
        ['unknown-client', null],
        ['wrong-secret', 'app'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(rows), /a-wrong-secret|wrong-field|right"/)
  })
})
