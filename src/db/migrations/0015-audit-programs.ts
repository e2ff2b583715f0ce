/** With what program it was done, and what a person, a client or an administrator looks for. */
export const auditPrograms: readonly string[] = [
  `alter table audit_event add column user_agent text`,
  `create index audit_event_client on audit_event (client_id, at)`,
  `create index audit_event_event on audit_event (event, at)`,
]
