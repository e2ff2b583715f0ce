/** Who vouched for the person where they did not sign in here, so that trust that was taken back ends what came of it. */
export const sessionIssuers: readonly string[] = [`alter table session add column issuer text`]
