/**
 * The first schema. Plain SQL that SQLite and PostgreSQL share: in SQLite `bigint` is an integer and `text` is text.
 * One statement per entry.
 */
export const start: readonly string[] = [
  `create table counter (name text primary key, value bigint not null)`,
  `insert into counter (name, value) values ('document', 0)`,
  `create table resource (
    kind text not null, id text not null, version_id bigint not null, created_at bigint not null, updated_at bigint not null,
    body text not null, is_deleted bigint not null, primary key (kind, id))`,
  `create index resource_updated on resource (kind, updated_at)`,
  `create index resource_version on resource (kind, version_id)`,
  `create table resource_history (
    kind text not null, id text not null, version_id bigint not null, created_at bigint not null, updated_at bigint not null,
    method text not null, body text not null, primary key (kind, id, version_id))`,
  `create index resource_history_version on resource_history (kind, version_id)`,
  `create table resource_key (
    kind text not null, name text not null, value text not null, id text not null, is_unique bigint not null,
    primary key (kind, name, value, id))`,
  `create unique index resource_key_unique on resource_key (kind, name, value) where is_unique = 1`,
  `create index resource_key_owner on resource_key (kind, id)`,
  `create table full_access (kind text not null, id text not null, primary key (kind, id))`,
  `create table password_credential (user_id text primary key, hash text not null, changed_at bigint not null)`,
  `create table totp_credential (
    user_id text primary key, is_enabled bigint not null, secret text, algorithm text not null, transport text,
    last_step bigint not null, delivery text, changed_at bigint not null)`,
  `create table totp_pending (session_id text primary key, user_id text not null, secret text not null, expires_at bigint not null)`,
  `create index totp_pending_expiry on totp_pending (expires_at)`,
  `create index totp_pending_user on totp_pending (user_id)`,
  `create table client_secret (client_id text primary key, hash text not null)`,
  `create table webhook_header (
    auth_config_id text not null, name text not null, value text not null, primary key (auth_config_id, name))`,
  `create table session (
    id text primary key, type text not null, user_id text, client_id text, parent_id text, family_id text not null,
    token_hash text, refresh_hash text, code_hash text, code_expires_at bigint, code_used_at bigint, code_challenge text,
    code_redirect_uri text, scope text, refresh_scope text, audience text, nonce text, proven text not null, created_at bigint not null,
    authenticated_at bigint, expires_at bigint, refresh_expires_at bigint, refresh_used_at bigint,
    refresh_contenders bigint not null, successor_id text, ended_at bigint, ended_reason text, sweep_at bigint not null)`,
  `create unique index session_token on session (token_hash) where token_hash is not null`,
  `create unique index session_refresh on session (refresh_hash) where refresh_hash is not null`,
  `create unique index session_code on session (code_hash) where code_hash is not null`,
  `create index session_of_user on session (user_id)`,
  `create index session_of_parent on session (parent_id)`,
  `create index session_of_family on session (family_id)`,
  `create index session_sweep on session (sweep_at)`,
  `create table sign_in_attempt (
    token_hash text primary key, user_id text not null, proven text not null, request text, redirect_to text,
    wrong_answers bigint not null, delivery text, created_at bigint not null, expires_at bigint not null)`,
  `create index sign_in_attempt_user on sign_in_attempt (user_id)`,
  `create index sign_in_attempt_expiry on sign_in_attempt (expires_at)`,
  `create table consent_grant (
    user_id text not null, client_id text not null, scope text not null, created_at bigint not null, updated_at bigint not null,
    primary key (user_id, client_id))`,
  `create table known_device (
    token_hash text not null, user_id text not null, device_id text not null, expires_at bigint not null,
    primary key (token_hash, user_id))`,
  `create index known_device_user on known_device (user_id)`,
  `create index known_device_expiry on known_device (expires_at)`,
  `create table throttle (
    key text primary key, failures bigint not null, window_ends_at bigint not null, blocked_until bigint not null,
    sweep_at bigint not null)`,
  `create index throttle_sweep on throttle (sweep_at)`,
  `create table signing_key (
    kid text primary key, algorithm text not null, private_key text not null, public_jwk text not null,
    created_at bigint not null, is_active bigint not null)`,
  `create unique index signing_key_active on signing_key (algorithm) where is_active = 1`,
  `create table audit_event (
    id text primary key, at bigint not null, event text not null, outcome text not null, reason text, user_id text,
    client_id text, actor text, factor text, address text, request_id text, detail text)`,
  `create index audit_event_at on audit_event (at)`,
  `create index audit_event_user on audit_event (user_id, at)`,
]
