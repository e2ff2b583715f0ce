/** A name of its own for what a person allowed an application, so that it can be a resource. */
export const grantIds: readonly string[] = [
  `alter table consent_grant add column id text`,
  `update consent_grant set id = user_id || '.' || client_id`,
  `create unique index consent_grant_id on consent_grant (id)`,
]
