import { after } from 'node:test'

const endings: (() => unknown)[] = []

// NOTE: registered once per test file, at its root: it runs after everything else, when nobody uses what is ended.
after(async () => {
  for (const end of endings.toReversed()) await end()
})

/** Does this after the file's last test; what came later ends first. */
export const atEnd = (end: () => unknown): void => {
  endings.push(end)
}
