import { METHODS, parseRequests, requestAt } from '../../../../src/console/command/request-text.ts'
import type { Json } from '../../api/server.ts'
import type { Alternatives, ApiSchema } from './api-schema.ts'
import { attributesOf, itemsOf, openAttributesOf, typesOf, valuesOf } from './api-schema.ts'
import type { Place } from './place-in-body.ts'
import { placeInBody } from './place-in-body.ts'

export interface Suggestion {
  readonly label: string
  readonly detail?: string
  /** What takes the place of what was typed; the label where left out. */
  readonly insert?: string
}

export interface Suggestions {
  readonly from: number
  readonly options: readonly Suggestion[]
}

const HEADERS = [
  'accept',
  'content-type',
  'authorization',
  'if-match',
  'if-none-match',
  'if-none-exist',
  'prefer',
]
const TYPES = ['application/json', 'text/yaml']
const HEADER_VALUES: Readonly<Record<string, readonly string[]>> = {
  accept: [...TYPES, 'application/fhir+json'],
  'content-type': [
    ...TYPES,
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
  ],
}

/** What may come at a position: methods, paths, parameters, headers, attributes and allowed values. */
export const completeRequest = (text: string, position: number, api: ApiSchema): Suggestions | undefined => {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1
  const line = text.slice(lineStart, position)
  const request = requestAt(parseRequests(text), position)
  const isInside = request !== undefined && position >= request.from
  const body = request?.body
  if (isInside && body !== undefined && position >= body.from) {
    const place = placeInBody(text.slice(body.from), position - body.from)
    if (place === undefined) return undefined
    const options = attributesAt(place, api.bodyOf(request.method, request.target), api)
    return { from: body.from + place.from, options }
  }
  const [, method, target] = /^([A-Z]+)[ \t]+(\S*)$/.exec(line) ?? []
  if (method !== undefined && target !== undefined) return completeTarget(method, target, position, api)
  if (/^[A-Z]+$/.test(line))
    return { from: lineStart, options: METHODS.map((label) => ({ label: `${label} ` })) }
  if (!isInside || !text.slice(request.from, lineStart).includes('\n')) return undefined
  const isBelowBlank = /\n[ \t]*\n/.test(text.slice(request.from, lineStart))
  if (isBelowBlank) {
    const place = placeInBody(line, line.length)
    if (place === undefined) return undefined
    return {
      from: lineStart + place.from,
      options: attributesAt(place, api.bodyOf(request.method, request.target), api),
    }
  }
  const [, name, value] = /^([\w-]+):[ \t]*(\S*)$/.exec(line) ?? []
  if (name !== undefined && value !== undefined)
    return {
      from: position - value.length,
      options: (HEADER_VALUES[name.toLowerCase()] ?? []).map((label) => ({ label })),
    }
  return /^[\w-]+$/.test(line)
    ? { from: lineStart, options: HEADERS.map((label) => ({ label: `${label}: ` })) }
    : undefined
}

const completeTarget = (method: string, target: string, position: number, api: ApiSchema): Suggestions => {
  const [path = '', query] = target.split(/\?(.*)/s)
  if (query !== undefined) {
    const [, typed = ''] = /(?:^|&)([^&=]*)$/.exec(query) ?? []
    const options = /(?:^|&)[^&=]*=[^&]*$/.test(query)
      ? []
      : api.parametersOf(method, path).map(({ name, detail }) => ({ label: `${name}=`, detail }))
    return { from: position - typed.length, options }
  }
  const hasSlash = path.startsWith('/')
  return {
    from: position - target.length,
    options: api.pathsOf(method).map((template) => {
      const label = hasSlash ? template : template.slice(1)
      return { label, insert: label.replace(/\{.*$/s, '') }
    }),
  }
}

const attributesAt = (place: Place, root: Alternatives, api: ApiSchema): readonly Suggestion[] => {
  const schema = place.path.reduce<Alternatives>((found, name) => {
    if (name === '[]') return itemsOf(api, found)
    const known = attributesOf(api, found).find((attribute) => attribute.name === name)
    return known?.schema ?? openAttributesOf(api, found) ?? []
  }, root)
  const values = (place.kind === 'value' || place.path.at(-1) === '[]' ? valuesOf(schema) : []).map(
    (value) => ({
      label: place.isJson ? JSON.stringify(value) : String(value),
    }),
  )
  if (place.kind === 'value') return values
  const names = attributesOf(api, schema)
    .filter(({ name }) => !['resourceType', 'meta'].includes(name))
    .map(({ name, schema: inner }) => ({
      label: place.isJson ? `"${name}": ` : `${name}: `,
      detail: detailOf(inner),
      insert: place.isJson ? `"${name}": ` : `${name}:${isNested(inner) ? '' : ' '}`,
    }))
  return [...values, ...names]
}

const isNested = (schema: Alternatives): boolean =>
  schema.some(({ type }) => ['object', 'array'].some((nested) => typesOf(type).includes(nested)))

const detailOf = (schema: Alternatives): string => {
  const values: readonly Json[] = schema.flatMap(({ enum: some }) =>
    Array.isArray(some) ? (some as readonly Json[]) : [],
  )
  if (values.length > 0) return values.join(' | ').slice(0, 60)
  return [...new Set(schema.flatMap(({ type }) => typesOf(type)))]
    .filter((type) => type !== 'null')
    .join(' | ')
}
