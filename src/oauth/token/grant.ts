import type { Client } from '../../clients/client.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'

/** Who sends a token request, as far as that client must prove it. */
export interface IdentifiedClient {
  readonly client: Client
  /** False of a client that only said its id. */
  readonly isAuthenticated: boolean
  readonly hasSecret: boolean
}

/** A token request whose client was authenticated as far as that client must be. */
export interface TokenRequest extends IdentifiedClient {
  /** One value per name; a parameter without value is left out (RFC 6749 §3.2). */
  readonly parameters: ReadonlyMap<string, string>
  /** Where the token is to be used (RFC 8693 §2.1, RFC 8707 §2): these two parameters may come more than once. */
  readonly targets: { readonly audience: readonly string[]; readonly resource: readonly string[] }
  readonly origin: RequestOrigin
  /** When the request came in, before anything was read. */
  readonly arrivedAt: Date
}

/** One way to get tokens. A new one is a file and a line in grants.ts. */
export interface Grant {
  /** May this client use it? */
  isAllowed(client: Client): boolean
  /** Must the client prove who it is (RFC 6749 §3.2.1)? */
  isSecretRequired(client: Client, hasSecret: boolean): boolean
  /**
   * Starts to look up the code or token that was sent, so that it travels beside the lookup of the client. Nothing is
   * changed and nothing answered before the rest is called, with the client that was authenticated.
   */
  begin(parameters: TokenRequest['parameters']): FinishGrant
}

/** Answers the body of the 200 (RFC 6749 §5.1). @throws {Problem} oauth */
export type FinishGrant = (request: TokenRequest) => Promise<JsonObject>

/** For a lookup that fails while nobody waits for it yet, or ever will: who does is told all the same. */
export const ignore = (): void => {}
