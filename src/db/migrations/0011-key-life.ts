/** A key is published before it signs, and goes on being published after another has taken its place. */
export const keyLife: readonly string[] = [
  `alter table signing_key add column signs_from bigint not null default 0`,
  `alter table signing_key add column retired_at bigint`,
  `alter table signing_key add column remove_at bigint`,
  `create unique index signing_key_next on signing_key (algorithm) where is_active = 0 and retired_at is null`,
]
