import type { ColumnType } from 'kysely'

/** The tables as Kysely sees them. Instants are milliseconds since 1970, flags 0 or 1, JSON is text. */
export interface Tables {
  counter: CounterTable
  resource: ResourceTable
  resource_history: ResourceHistoryTable
  resource_key: ResourceKeyTable
  full_access: FullAccessTable
  password_credential: PasswordCredentialTable
  password_reset: PasswordResetTable
  totp_credential: TotpCredentialTable
  totp_pending: TotpPendingTable
  client_secret: ClientSecretTable
  client_assertion: ClientAssertionTable
  webhook_header: WebhookHeaderTable
  introspector_secret: IntrospectorSecretTable
  session: SessionTable
  sign_in_attempt: SignInAttemptTable
  logged_in_client: LoggedInClientTable
  logout_notice: LogoutNoticeTable
  logout_hold: LogoutHoldTable
  consent_grant: ConsentGrantTable
  known_device: KnownDeviceTable
  throttle: ThrottleTable
  signing_key: SigningKeyTable
  audit_event: AuditEventTable
}

export type Flag = 0 | 1

/** One row, `document`: its value is the newest versionId. */
export interface CounterTable {
  name: string
  value: number
}

export interface ResourceTable {
  kind: string
  id: string
  version_id: number
  created_at: number
  updated_at: number
  /** The document without id, resourceType and meta. Of a deleted resource, its last content. */
  body: string
  is_deleted: Flag
}

export interface ResourceHistoryTable {
  kind: string
  id: string
  version_id: number
  created_at: number
  updated_at: number
  /** POST, PUT, PATCH or DELETE. */
  method: string
  body: string
}

/** Lookup keys of documents. Where `is_unique` is 1, no second resource of the kind may have the value. */
export interface ResourceKeyTable {
  kind: string
  name: string
  value: string
  id: string
  is_unique: Flag
}

/** Who may do everything until AccessPolicy exists: the root client and administrators. */
export interface FullAccessTable {
  kind: 'Client' | 'User'
  id: string
}

export interface PasswordCredentialTable {
  user_id: string
  /** PHC string of argon2id, or `$s0$…` scrypt as imported. */
  hash: string
  changed_at: number
  /** Counts what ends every sign-in under way. */
  attempt_epoch: ColumnType<number, number | undefined>
}

/** The outstanding link to set a new password. */
export interface PasswordResetTable {
  user_id: string
  /** Hash of the link's `jti`. */
  link_hash: string
  link_expires_at: number
  /** Of the token that stands for the link and a code of the second factor; null until there was one. */
  set_hash: string | null
  set_expires_at: number | null
  /** When nothing of it is worth anything any more. */
  expires_at: number
}

export interface TotpCredentialTable {
  user_id: string
  is_enabled: Flag
  /** Encrypted; null after disabling. */
  secret: string | null
  /** SHA1, SHA256 or SHA512. */
  algorithm: string
  transport: string | null
  /** The newest time step used up; never goes down. */
  last_step: number
  /** What is known of the last code a signed-in person had sent, JSON. */
  delivery: string | null
  changed_at: number
}

/** A secret shown but not yet confirmed; bound to the browser session that began it. */
export interface TotpPendingTable {
  session_id: string
  user_id: string
  /** Encrypted. */
  secret: string
  /** The user's once the secret is confirmed. */
  transport: string | null
  expires_at: number
}

export interface ClientSecretTable {
  client_id: string
  /** `__sha256:<UPPER HEX>` of a random secret, an argon2id PHC string of a chosen one, or `$s0$…`. */
  hash: string
}

/** Assertions that clients used up. */
export interface ClientAssertionTable {
  client_id: string
  /** SHA-256 of its `jti`. */
  jti_hash: string
  expires_at: number
}

export interface WebhookHeaderTable {
  auth_config_id: string
  name: string
  /** Encrypted. */
  value: string
}

export interface IntrospectorSecretTable {
  introspector_id: string
  /** Where it is in the document: `jwt.secret`. */
  path: string
  /** Encrypted. */
  value: string
}

/** One row per browser session and per issued token. */
export interface SessionTable {
  id: string
  /** `browser`, or the grant that made it: `authorization_code`, … */
  type: string
  user_id: string | null
  client_id: string | null
  /** The browser session a token hangs on. */
  parent_id: string | null
  /** Shared by all tokens that descend from one authorization by refresh. */
  family_id: string
  /** Hash of the session cookie or of the access token. */
  token_hash: string | null
  refresh_hash: string | null
  code_hash: string | null
  code_expires_at: number | null
  code_used_at: number | null
  code_challenge: string | null
  /** As it was in the authorization request; null when it was left out there. */
  code_redirect_uri: string | null
  /** Of the access token, space-separated. */
  scope: string | null
  /** What the refresh token may ask for, where the access token was given less. */
  refresh_scope: string | null
  audience: string | null
  nonce: string | null
  /** Asked for by name, beside what the scopes ask for; JSON. */
  requested_claims: string | null
  /** Proven factors with their instants, JSON; none of a token exchange, where `issuer` vouched for the user. */
  proven: string
  issuer: string | null
  created_at: number
  authenticated_at: number | null
  /** When the cookie or access token ends; null while only a code exists. */
  expires_at: number | null
  refresh_expires_at: number | null
  refresh_used_at: number | null
  /** Counts who came with a refresh token that was used already or at the same time. */
  refresh_contenders: number
  successor_id: string | null
  ended_at: number | null
  ended_reason: string | null
  /** Of a browser session: where it signed in from, and what the browser said of itself. */
  address: string | null
  user_agent: string | null
  /** When the sweeper may delete the row. */
  sweep_at: number
}

/** What happened to a sign-in under way, which the browser itself carries. Never a session. */
export interface SignInAttemptTable {
  id: string
  wrong_answers: number
  /** What is known of the code's delivery by webhook, JSON. */
  delivery: string
  /** Where it leads, JSON; null where the browser carries that as well. */
  destination: string | null
  /** 1 once it signed in or was ended. */
  is_spent: Flag
  expires_at: number
}

/** A client that a browser session signed its user in to, and that wants to be told when it ends. */
export interface LoggedInClientTable {
  session_id: string
  client_id: string
  expires_at: number
}

/** An application that is still to be told that a browser session ended. */
export interface LogoutNoticeTable {
  session_id: string
  client_id: string
  user_id: string
  attempts: number
  /** When it is to be tried. */
  next_at: number
  expires_at: number
}

/** An application that failed to take a notice, and is left alone for a while. */
export interface LogoutHoldTable {
  client_id: string
  held_until: number
}

export interface ConsentGrantTable {
  id: ColumnType<string | null, string | undefined>
  user_id: string
  client_id: string
  /** Space-separated. */
  scope: string
  /** Whether the User itself may be told, beyond what the scopes stand for. */
  is_whole_user: ColumnType<Flag, Flag | undefined>
  created_at: number
  updated_at: number
}

/** A browser that finished a sign-in of this user. */
export interface KnownDeviceTable {
  token_hash: string
  user_id: string
  /** Stays when the token rotates; the key of the device's own budget. */
  device_id: string
  expires_at: number
}

export interface ThrottleTable {
  key: string
  /** Wrong answers in the running window or, where there is none, in a row. */
  failures: number
  window_ends_at: number
  blocked_until: number
  sweep_at: number
}

export interface SigningKeyTable {
  kid: string
  algorithm: string
  /** Encrypted PKCS #8; empty once it signs no more. */
  private_key: string
  public_jwk: string
  created_at: number
  /** 1 for the key that signs; unique per algorithm. */
  is_active: Flag
  /** A key that is not active and not retired will sign from then on. */
  signs_from: number
  retired_at: ColumnType<number | null, number | undefined>
  /** When it need not be published any more. */
  remove_at: ColumnType<number | null, number | undefined>
}

export interface AuditEventTable {
  id: string
  at: number
  event: string
  outcome: string
  reason: string | null
  user_id: string | null
  client_id: string | null
  /** Who acted: `User/x`, `Client/y`, or null where nobody was known. */
  actor: string | null
  factor: string | null
  address: string | null
  request_id: string | null
  /** What the program says of itself. */
  user_agent: string | null
  detail: string | null
}
