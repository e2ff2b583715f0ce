import type { Json, JsonObject } from '../../api/server.ts'

/** A JSON Schema whose references and alternatives are followed: each of them may be what is meant. */
export type Alternatives = readonly JsonObject[]

export interface Attribute {
  readonly name: string
  readonly schema: Alternatives
}

/** What the server says of itself in `/openapi.json`. */
export interface ApiSchema {
  readonly types: readonly string[]
  /** Templates of paths that a method has: `/User/{id}`. */
  pathsOf(method: string): readonly string[]
  /** Names of query parameters, with what they are for. */
  parametersOf(method: string, target: string): readonly { readonly name: string; readonly detail: string }[]
  /** What a body may be; none where nothing is known. */
  bodyOf(method: string, target: string): Alternatives
  /** Whether some path fits. */
  hasPath(target: string): boolean
  expand(schema: Json | undefined): Alternatives
}

export const createApiSchema = (document: JsonObject): ApiSchema => {
  const paths = objectOf(document.paths)
  const schemas = objectOf(objectOf(document.components).schemas)

  const expand = (schema: Json | undefined, depth = 0): Alternatives => {
    if (!isObject(schema) || depth > 20) return []
    if (typeof schema.$ref === 'string')
      return expand(schemas[schema.$ref.split('/').at(-1) ?? ''], depth + 1)
    const choices = schema.anyOf ?? schema.oneOf
    return Array.isArray(choices)
      ? (choices as readonly Json[]).flatMap((one) => expand(one, depth + 1))
      : [schema]
  }

  const itemsFor = (target: string): readonly JsonObject[] => {
    const segments = segmentsOf(target)
    return Object.entries(paths)
      .filter(([template]) => fits(template.split('/'), segments))
      .toSorted(([a], [b]) => wildcards(a) - wildcards(b))
      .map(([, item]) => objectOf(item))
  }

  const operationOf = (method: string, target: string): JsonObject =>
    objectOf(itemsFor(target).find((item) => isObject(item[method.toLowerCase()]))?.[method.toLowerCase()])

  return {
    types: Object.keys(paths).flatMap((path) => /^\/([A-Za-z]\w*)\/\{id\}$/.exec(path)?.[1] ?? []),
    pathsOf: (method) =>
      Object.keys(paths).filter((path) => isObject(objectOf(paths[path])[method.toLowerCase()])),
    parametersOf: (method, target) =>
      [objectOf(itemsFor(target)[0]), operationOf(method, target)]
        .flatMap(({ parameters }) => (Array.isArray(parameters) ? (parameters as readonly JsonObject[]) : []))
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, description }) => ({ name: String(name), detail: String(description ?? '') })),
    bodyOf: (method, target) => {
      // NOTE: a merge patch has the attributes of what it changes; the interface only calls it an object.
      if (method === 'PATCH') return expand(schemas[segmentsOf(target)[1] ?? ''])
      const content = objectOf(objectOf(operationOf(method, target).requestBody).content)
      return expand(objectOf(content['application/json']).schema)
    },
    hasPath: (target) => itemsFor(target).length > 0,
    expand,
  }
}

/** The attributes that an object of any of these may have. */
export const attributesOf = (api: ApiSchema, schema: Alternatives): readonly Attribute[] => {
  const found = new Map<string, Alternatives>()
  for (const { properties } of schema)
    for (const [name, inner] of Object.entries(objectOf(properties)))
      found.set(name, [...(found.get(name) ?? []), ...api.expand(inner)])
  return [...found].map(([name, inner]) => ({ name, schema: inner }))
}

/** Where attributes may have any name, what they are like; undefined where none but the known ones may be. */
export const openAttributesOf = (api: ApiSchema, schema: Alternatives): Alternatives | undefined => {
  const open = schema.filter(
    ({ type, properties, additionalProperties }) =>
      additionalProperties !== false &&
      (type === undefined || typesOf(type).includes('object') || properties !== undefined),
  )
  return open.length === 0
    ? undefined
    : open.flatMap(({ additionalProperties }) => api.expand(additionalProperties))
}

export const itemsOf = (api: ApiSchema, schema: Alternatives): Alternatives =>
  schema.flatMap(({ items }) => api.expand(items))

/** The values that are allowed, where there is a list of them: also of a boolean. */
export const valuesOf = (schema: Alternatives): readonly Json[] =>
  schema.flatMap((one) => {
    if (Array.isArray(one.enum)) return one.enum as readonly Json[]
    if (one.const !== undefined) return [one.const]
    return typesOf(one.type).includes('boolean') ? [true, false] : []
  })

export const typesOf = (type: Json | undefined): readonly string[] =>
  Array.isArray(type) ? (type as readonly string[]) : typeof type === 'string' ? [type] : []

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

const segmentsOf = (target: string): readonly string[] => {
  const path = target.replace(/[?#].*$/s, '').replace(/^\/?(?:fhir(?=\/))?\/?/, '/')
  return path.split('/')
}

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))

const wildcards = (path: string): number => path.split('{').length
