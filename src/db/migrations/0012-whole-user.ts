/** Whether a person allowed an application the whole User. What was allowed without `openid` gave it, and no other. */
export const wholeUser: readonly string[] = [
  `alter table consent_grant add column is_whole_user bigint not null default 0`,
  `update consent_grant set is_whole_user = 1 where ' ' || scope || ' ' not like '% openid %'`,
]
