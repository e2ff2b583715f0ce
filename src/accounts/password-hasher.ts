/** Hashes what people chose. Bounded: at most one hash per core at a time, a bounded queue behind it. */
export interface PasswordHasher {
  /** argon2id PHC string. @throws {Problem} unavailable when the queue is full; invalid when not 1 to 1024 bytes */
  hash(password: string): Promise<string>
  /** Verifies argon2id PHC and `$s0$…` scrypt hashes; a longer or empty password is never hashed. @throws {Problem} unavailable when the queue is full */
  verify(hash: string, password: string): Promise<boolean>
  /** Costs what `verify` costs and is never true: for unknown users. */
  verifyNothing(password: string): Promise<false>
  /** True for imported scrypt and for outdated argon2 parameters. */
  isOutdated(hash: string): boolean
}
