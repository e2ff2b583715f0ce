/** At most one link per user; a newer one replaces it. */
export const passwordResets: readonly string[] = [
  `create table password_reset (
    user_id text primary key, link_hash text not null, link_expires_at bigint not null, set_hash text, set_expires_at bigint,
    expires_at bigint not null)`,
  `create index password_reset_expiry on password_reset (expires_at)`,
]
