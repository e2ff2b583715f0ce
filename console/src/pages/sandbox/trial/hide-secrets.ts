const DOTS = '••••••'

/** Shorter ones would be found in every other word. */
const SHORTEST = 4

/** Replaces what is secret, also as a form or a Basic header writes it. */
export const hideSecrets = (text: string, secrets: Iterable<string>): string => {
  const spellings = [...secrets]
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    // NOTE: the longest first, so that a secret within another does not leave its rest behind.
    .sort((left, right) => right.length - left.length)
  return spellings.reduce((shown, spelling) => shown.replaceAll(spelling, DOTS), text)
}
