/** The browser carries its sign-in under way; a row keeps only what happened to it. Sign-ins under way begin anew. */
export const sealedAttempts: readonly string[] = [
  `drop table sign_in_attempt`,
  `create table sign_in_attempt (
    id text primary key, wrong_answers bigint not null, delivery text not null, destination text, is_spent bigint not null,
    expires_at bigint not null)`,
  `create index sign_in_attempt_expiry on sign_in_attempt (expires_at)`,
  `alter table password_credential add column attempt_epoch bigint not null default 0`,
]
