/** Hashes what people chose. Bounded: at most one hash per core at a time, a bounded queue behind it. */
export interface PasswordHasher {
  /** argon2id PHC string. @throws {Problem} unavailable when the queue is full */
  hash(password: string): Promise<string>
  /** Verifies argon2id PHC and `$s0$…` scrypt hashes. @throws {Problem} unavailable when the queue is full */
  verify(hash: string, password: string): Promise<boolean>
  /** Costs what `verify` costs and is never true: for unknown users. */
  verifyNothing(password: string): Promise<false>
  /** True for imported scrypt and for outdated argon2 parameters. */
  isOutdated(hash: string): boolean
}
