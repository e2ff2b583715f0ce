/** Which clients a browser session signed its user in to, however long their tokens last, so that each can be told of its end. */
export const loggedInClients: readonly string[] = [
  `create table logged_in_client (
    session_id text not null, client_id text not null, expires_at bigint not null, primary key (session_id, client_id))`,
  `create index logged_in_client_expiry on logged_in_client (expires_at)`,
  `insert into logged_in_client (session_id, client_id, expires_at)
    select distinct b.id, t.client_id, b.sweep_at from session t join session b on b.id = t.parent_id where t.client_id is not null`,
]
