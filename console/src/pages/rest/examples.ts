export interface Example {
  /** In addresses: `a-user`. */
  readonly id: string
  readonly group: string
  readonly title: string
  readonly text: string
}

/** Reads a file of examples: each begins with `### Group: Title`. */
export const parseExamples = (text: string): readonly Example[] =>
  text
    .split(/^(?=### )/m)
    .filter((part) => part.startsWith('### '))
    .map((part) => {
      const end = part.indexOf('\n')
      const [group = '', title = ''] = part.slice(4, end).split(/: (.*)/s)
      const id = `${group} ${title}`
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replace(/-$/, '')
      return { id, group, title, text: `${part.slice(end + 1).trimEnd()}\n` }
    })
