import type { AuditEvent } from '../../audit/audit-event.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import { CannotDecryptError } from '../../db/encrypted-column.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RotateHow, Rotation } from './change-keys.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface RotateAndRecordDeps {
  readonly keys: Pick<SigningKeys, 'rotate'>
  readonly auditLog: AuditLog
}

/** Rotates, and records who asked for it, also where it came to nothing. @throws {CannotDecryptError} */
export const rotateAndRecord = async (
  { keys, auditLog }: RotateAndRecordDeps,
  how: RotateHow,
  by: Pick<AuditEvent, 'actor' | 'origin'> & { readonly detail?: JsonObject },
): Promise<Rotation> => {
  const record = (result: Pick<AuditEvent, 'outcome' | 'reason'>, told: JsonObject = {}) =>
    auditLog.record({
      event: 'signing-key-rotate',
      ...by,
      ...result,
      detail: { how, ...by.detail, ...told },
    })
  try {
    const rotation = await keys.rotate(how)
    await record({ outcome: 'success' }, toJson(rotation))
    return rotation
  } catch (error) {
    if (error instanceof CannotDecryptError) await record({ outcome: 'failure', reason: 'unreadable-key' })
    throw error
  }
}

/** As it is shown and recorded. */
export const toJson = ({ made, waiting, own }: Rotation): JsonObject => ({
  made,
  waiting: waiting.map(({ kid, signsFrom }) => ({ kid, signsFrom: signsFrom.toISOString() })),
  own,
})
