/** Secrets by which tokens of other issuers are told from forged ones. */
export const introspectors: readonly string[] = [
  `create table introspector_secret (
    introspector_id text not null, path text not null, value text not null, primary key (introspector_id, path))`,
]
