/** Who is still to be told of a session that ended, and a way to find a client's tokens. */
export const logoutNotices: readonly string[] = [
  `create table logout_notice (
    session_id text not null, client_id text not null, user_id text not null, attempts bigint not null,
    next_at bigint not null, expires_at bigint not null, primary key (session_id, client_id))`,
  `create index logout_notice_next on logout_notice (next_at)`,
  `create index logout_notice_expiry on logout_notice (expires_at)`,
  `create index session_client on session (client_id) where ended_at is null`,
]
