/** Two generations of so many texts are kept. */
const GENERATION_SIZE = 500
/** Longer texts are computed anew: so all texts together take a few megabytes at most. */
const MAX_CHARACTERS = 4000

/**
 * Saves computing a pure function of a text again for texts that come often. The whole text is the key, so nothing
 * ever has to be invalidated, and memory is bounded.
 */
export const remember = <Value>(compute: (text: string) => Value): ((text: string) => Value) => {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return (text) => {
    const known = young.get(text)
    if (known !== undefined) return known
    const value = old.get(text) ?? compute(text)
    if (value === undefined || text.length > MAX_CHARACTERS) return value
    // NOTE: what was not asked for during a whole generation is forgotten, without a write at every use as an LRU has.
    if (young.size >= GENERATION_SIZE) {
      old = young
      young = new Map()
    }
    young.set(text, value)
    return value
  }
}
