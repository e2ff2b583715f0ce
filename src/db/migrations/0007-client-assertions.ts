/** The assertions that clients used to say who they are, until they would have expired anyway. */
export const clientAssertions: readonly string[] = [
  `create table client_assertion (
    client_id text not null, jti_hash text not null, expires_at bigint not null, primary key (client_id, jti_hash))`,
  `create index client_assertion_expiry on client_assertion (expires_at)`,
]
