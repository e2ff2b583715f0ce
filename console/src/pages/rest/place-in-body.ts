/** Where in a body one types. */
export interface Place {
  /** Names from the root; items of arrays count as `[]`. */
  readonly path: readonly string[]
  /** `name`: of an attribute, or an item of an array; `value`: of the last name of `path`. */
  readonly kind: 'name' | 'value'
  /** Where what is being typed begins. */
  readonly from: number
  readonly isJson: boolean
}

/** Finds the place of a position in JSON or YAML that is still being typed; undefined inside of text and remarks. */
export const placeInBody = (body: string, position: number): Place | undefined =>
  /^\s*[{[]/.test(body) ? placeInJson(body, position) : placeInYaml(body, position)

const DASHES = String.raw`(\s*(?:- +)*)`
const TYPING = new RegExp(String.raw`^${DASHES}(?:([\w.-]+):( +))?(["']?[^"'#{}[\],:\s]*)$`)
const TYPED = new RegExp(String.raw`^${DASHES}(?:([\w.-]+):)?(.*)$`)

const placeInYaml = (body: string, position: number): Place | undefined => {
  const lines = body.slice(0, position).split('\n')
  const [, lead = '', name, , value] = TYPING.exec(lines.pop() ?? '') ?? []
  if (value === undefined) return undefined
  const path = parentsOf(lines, lead)
  const from = position - value.length
  return name === undefined
    ? { path, kind: 'name', from, isJson: false }
    : { path: [...path, name], kind: 'value', from, isJson: false }
}

/** The names above a line that begins with these blanks and dashes, from the root. */
const parentsOf = (lines: readonly string[], lead: string): readonly string[] => {
  const path: string[] = []
  let column = lead.length
  /** The dash of an item may stand right below the name of its array. */
  let isItem = false

  const enter = (before: string): void => {
    for (const _ of before.matchAll(/-/g)) path.unshift('[]')
    if (!before.includes('-')) return
    column = before.indexOf('-')
    isItem = true
  }

  enter(lead)
  for (const line of lines.toReversed()) {
    const [, before = '', key, rest = ''] = TYPED.exec(line) ?? []
    const isSibling = !isItem && before.length === column && key !== undefined
    const isParent =
      key !== undefined &&
      /^\s*(?:#.*)?$/.test(rest) &&
      (before.length < column || (isItem && before.length === column && !before.includes('-')))
    if (isSibling) enter(before)
    else if (isParent) {
      path.unshift(key)
      column = before.length
      isItem = false
      enter(before)
    }
  }
  return path
}

interface Level {
  readonly kind: 'object' | 'array'
  name: string
  isAtValue: boolean
}

const placeInJson = (body: string, position: number): Place | undefined => {
  const levels: Level[] = []
  let from = position
  let inString = false
  let text = ''
  for (let index = 0; index < position; index += 1) {
    const character = body[index] ?? ''
    const level = levels.at(-1)
    if (inString) {
      if (character === '\\') {
        text += body[index + 1] ?? ''
        index += 1
      } else if (character === '"') inString = false
      else text += character
      continue
    }
    switch (character) {
      case '"':
        inString = true
        text = ''
        from = index
        break
      case '{':
      case '[':
        levels.push({ kind: character === '{' ? 'object' : 'array', name: '', isAtValue: false })
        break
      case '}':
      case ']':
        levels.pop()
        break
      case ':':
        if (level !== undefined) {
          level.name = text
          level.isAtValue = true
        }
        break
      case ',':
        if (level !== undefined) level.isAtValue = false
        break
    }
  }
  const level = levels.at(-1)
  if (level === undefined) return undefined
  const word = /[\w-]*$/.exec(body.slice(0, position))?.[0] ?? ''
  const path = levels.flatMap((one, index) => {
    if (one.kind === 'array') return ['[]']
    return index < levels.length - 1 || one.isAtValue ? [one.name] : []
  })
  const kind = level.kind === 'object' && level.isAtValue ? 'value' : 'name'
  return { path, kind, from: inString ? from : position - word.length, isJson: true }
}
