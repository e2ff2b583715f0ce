/**
 * Indexes hold only rows that are looked for in them: each entry costs every insert. And of a condition that most
 * statements state (`ended_at is null`) none is made: without statistics PostgreSQL would read all of it to find one row.
 */
export const narrowIndexes: readonly string[] = [
  `drop index session_client`,
  `create index session_client on session (client_id) where client_id is not null and ended_at is null`,
  `drop index session_of_user`,
  `create index session_of_user on session (user_id) where user_id is not null`,
  `drop index session_of_parent`,
  `create index session_of_parent on session (parent_id) where parent_id is not null`,
  `drop index session_of_family`,
  `create index session_of_family on session (family_id) where family_id <> id`,
  `drop index audit_event_user`,
  `create index audit_event_user on audit_event (user_id, at) where user_id is not null`,
  `drop index audit_event_client`,
  `create index audit_event_client on audit_event (client_id, at) where client_id is not null`,
]
