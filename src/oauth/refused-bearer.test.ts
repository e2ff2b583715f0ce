import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/support/fake-clock.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { OwnJwtVerdict } from './keys/verify-own-jwt.ts'
import { createRefusedBearerLog, MOST_EVENTS, MOST_LOOKS_PER_NETWORK } from './refused-bearer.ts'

const DAY = 24 * 3600_000
const MINUTE = 60_000

const tokenOf = (number: number): string => String(number).padStart(43, '0')
const from = (address: string) => ({ address, requestId: 'r' })

const start = (verdict: OwnJwtVerdict = { kind: 'no-jwt' }) => {
  const clock = createFakeClock()
  const events: AuditEvent[] = []
  const reads = { count: 0 }
  const notice = createRefusedBearerLog({
    issuedTokens: {
      find: async () => {
        reads.count += 1
        return undefined
      },
    },
    judgeOwnJwt: async () => verdict,
    auditLog: { recordSoon: (event) => events.push(event) },
    clock,
  })
  const flood = async (count: number, addressOf: (index: number) => string): Promise<void> => {
    for (let index = 0; index < count; index += 1) await notice(tokenOf(index), from(addressOf(index)))
  }
  return { clock, events, reads, notice, flood }
}

test('a flood of one network is one event a day, and costs a bounded number of reads', async () => {
  const { clock, events, reads, flood } = start()
  await flood(10_000, () => '192.0.2.1')
  assert.deepEqual(
    events.map(({ reason, detail }) => [reason, detail]),
    [['unknown-token', undefined]],
  )
  assert.equal(reads.count, MOST_LOOKS_PER_NETWORK)
  clock.advance(DAY)
  await flood(1, () => '192.0.2.1')
  assert.deepEqual(events.at(-1)?.detail, { unrecorded: 10_000 - MOST_LOOKS_PER_NETWORK })
  assert.notEqual(events[0]?.once, events[1]?.once)
})

test('a flood of many networks writes a bounded number of events a minute, and the next one tells how many are missing', async () => {
  const { clock, events, flood } = start()
  await flood(5000, (index) => `10.0.${index >> 8}.${index & 255}`)
  assert.equal(events.length, MOST_EVENTS)
  clock.advance(MINUTE)
  await flood(1, () => '192.0.2.1')
  assert.deepEqual(events.at(-1)?.detail, { unrecorded: 5000 - MOST_EVENTS })
  await flood(1, () => '192.0.2.2')
  assert.equal(events.at(-1)?.detail, undefined)
})

test('one network that floods hides nothing of another', async () => {
  const { events, flood, notice } = start()
  await flood(1000, () => '2001:db8::1')
  await flood(1000, () => '2001:db8::2')
  await notice(tokenOf(7), from('192.0.2.1'))
  assert.deepEqual(
    events.map(({ origin }) => origin?.address),
    ['2001:db8::1', '192.0.2.1'],
  )
})

test('text that cannot be a token of ours costs no read, and nothing that was shown is written down', async () => {
  const { events, reads, notice } = start()
  for (const text of ['a password', 'x', 'x'.repeat(44), tokenOf(1).replace('0', '+')])
    await notice(text, from('192.0.2.1'))
  assert.equal(reads.count, 0)
  assert.deepEqual(
    events.map(({ reason, outcome }) => [reason, outcome]),
    [['malformed', 'failure']],
  )
  assert.doesNotMatch(JSON.stringify(events), /a password/)
})

test('a clock that is set back opens no second budget and closes none for good', async () => {
  const { clock, events, flood } = start()
  await flood(MOST_EVENTS + 1, (index) => `10.0.${index >> 8}.${index & 255}`)
  clock.advance(-30_000)
  await flood(1, () => '192.0.2.1')
  assert.equal(events.length, MOST_EVENTS)
  clock.advance(-DAY)
  await flood(1, () => '192.0.2.1')
  assert.equal(events.length, MOST_EVENTS + 1)
})
