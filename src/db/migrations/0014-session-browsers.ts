/** By what a person recognises a session of theirs. */
export const sessionBrowsers: readonly string[] = [
  `alter table session add column address text`,
  `alter table session add column user_agent text`,
]
