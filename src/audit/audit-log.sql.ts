import type { Database } from '../db/database.ts'
import type { Parameter } from '../db/prepared.ts'
import { prepared } from '../db/prepared.ts'
import type { AuditEventTable } from '../db/tables.ts'
import type { Clock, Pause } from '../kernel/clock.ts'
import type { Logger } from '../kernel/logger.ts'
import type { Random } from '../kernel/random.ts'
import { hashSecretToken, newOrderedId } from '../kernel/secret-token.ts'
import type { WriteStep } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditLog } from './audit-log.store.ts'

interface AuditLogDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly pause: Pause
  readonly logger: Pick<Logger, 'error'>
}

/** Long enough that the request it tells of is answered, and that a burst shares a commit. */
const SOON_MILLISECONDS = 100

/** Longer than anything honest; what somebody typed must not fill the table. */
const MAX_TEXT = 300
const MAX_DETAIL = 4000

export const createAuditLog = ({ database, clock, random, pause, logger }: AuditLogDeps): AuditLog => {
  const insert = (value: Parameter<AuditEventTable>) =>
    database.sql.insertInto('audit_event').values({
      id: value('id'),
      at: value('at'),
      event: value('event'),
      outcome: value('outcome'),
      reason: value('reason'),
      user_id: value('user_id'),
      client_id: value('client_id'),
      actor: value('actor'),
      factor: value('factor'),
      address: value('address'),
      request_id: value('request_id'),
      user_agent: value('user_agent'),
      detail: value('detail'),
    })
  const add = prepared<AuditEventTable>(insert)
  const addOnce = prepared<AuditEventTable>((value) =>
    insert(value).onConflict((conflict) => conflict.column('id').doNothing()),
  )

  const step = (event: AuditEvent): WriteStep => {
    const now = clock.now()
    // NOTE: only events with a name of their own can meet their like, which PostgreSQL looks for before it inserts.
    const insertOf = event.once === undefined ? add : addOnce
    return database.step(
      insertOf({
        id: event.once === undefined ? newOrderedId(random, now) : hashSecretToken(event.once),
        at: now.getTime(),
        event: event.event,
        outcome: event.outcome,
        reason: storable(event.reason),
        user_id: storable(event.userId),
        client_id: storable(event.clientId),
        actor: storable(event.actor),
        factor: storable(event.factor),
        address: storable(event.origin?.address),
        request_id: storable(event.origin?.requestId),
        user_agent: storable(event.origin?.userAgent),
        detail: event.detail === undefined ? null : detailText(event.detail),
      }),
    )
  }

  let waiting: WriteStep[] = []
  let flushing: Promise<void> | undefined
  const flush = async (): Promise<void> => {
    await pause(SOON_MILLISECONDS)
    const steps = waiting
    waiting = []
    flushing = undefined
    try {
      await commit(database.transact, steps)
    } catch (error) {
      logger.error(
        { err: error instanceof Error ? error : new Error(String(error)), events: steps.length },
        'audit events could not be recorded',
      )
    }
  }

  return {
    step,
    recordSoon: (event) => {
      waiting.push(step(event))
      flushing ??= flush()
    },
    settle: async () => {
      while (flushing !== undefined) await flushing
    },
    record: async (event) => {
      await commit(database.transact, [step(event)])
    },
  }
}

/** PostgreSQL's text takes neither NUL nor half surrogates, and an event must never fail because of what was typed. */
const storable = (text: string | undefined): string | null =>
  text === undefined ? null : text.slice(0, MAX_TEXT).replaceAll('\0', '\u{fffd}').toWellFormed()

/** What PostgreSQL cannot read of JSON: NUL and half surrogates, which are always written as escapes. */
const UNREADABLE = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g
/** A backslash of the text, so that what follows is no escape. */
const ESCAPED = String.raw`\\`

const detailText = (detail: NonNullable<AuditEvent['detail']>): string => {
  const text = JSON.stringify(detail).replaceAll(UNREADABLE, (found) =>
    found === ESCAPED ? found : '\u{fffd}',
  )
  return text.length <= MAX_DETAIL ? text : JSON.stringify({ cut: text.slice(0, MAX_DETAIL).toWellFormed() })
}
