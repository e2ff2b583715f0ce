import type { Client } from '../../clients/client.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'

/** A token request whose client was authenticated as far as that client must be. */
export interface TokenRequest {
  readonly client: Client
  /** One value per name; a parameter without value is left out (RFC 6749 §3.2). */
  readonly parameters: ReadonlyMap<string, string>
  readonly origin: RequestOrigin
  /** When the request came in, before anything was read. */
  readonly arrivedAt: Date
}

/** One way to get tokens. A new one is a file and a line in grants.ts. */
export interface Grant {
  /** May this client use it? */
  isAllowed(client: Client): boolean
  /** Answers the body of the 200 (RFC 6749 §5.1). @throws {Problem} oauth */
  answer(request: TokenRequest): Promise<JsonObject>
}
