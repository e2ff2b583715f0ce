import type { WriteStep } from '../kernel/transact.ts'
import type { AuditEvent } from './audit-event.ts'

/** The append-only record. Rows are never changed or deleted by the server. */
export interface AuditLog {
  /** A step that appends the event in the same transaction as what it tells of. */
  step(event: AuditEvent): WriteStep
  /** Appends the event by itself. @throws {Problem} unavailable */
  record(event: AuditEvent): Promise<void>
  /**
   * Appends the event within a moment, together with others, and keeps nobody waiting: for what changes nothing. A process
   * that is killed in that moment has not recorded it; a failure is logged.
   */
  recordSoon(event: AuditEvent): void
  /** Resolves when everything that was to be recorded soon is. */
  settle(): Promise<void>
}
