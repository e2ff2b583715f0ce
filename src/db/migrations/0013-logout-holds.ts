/** Applications that failed to take a notice: one row each, however many notices wait for it. */
export const logoutHolds: readonly string[] = [
  `create table logout_hold (client_id text primary key, held_until bigint not null)`,
  `create index logout_hold_end on logout_hold (held_until)`,
]
