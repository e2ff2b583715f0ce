/** How a person who is enrolling wants codes sent; it becomes the user's when the first code is right. */
export const enrolmentTransport: readonly string[] = [`alter table totp_pending add column transport text`]
