import type { Node, Pair } from 'yaml'
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Span, TypedRequest } from '../../../../src/console/command/request-text.ts'
import { BODILESS, parseRequests } from '../../../../src/console/command/request-text.ts'
import type { Json } from '../../api/server.ts'
import type { Alternatives, ApiSchema } from './api-schema.ts'
import { attributesOf, itemsOf, openAttributesOf, typesOf, valuesOf } from './api-schema.ts'
import { isKeptByBrowser, toExchange } from './to-exchange.ts'

export interface Finding extends Span {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** More would be typed by nobody, and checked too slowly. */
const MOST_CHARACTERS = 200_000

/**
 * Says what is wrong with requests before they are sent: what cannot be sent is an error, what the server's schemas do
 * not know a warning, since the server decides.
 */
export const checkRequests = (text: string, origin: string, api?: ApiSchema): readonly Finding[] => {
  if (text.length > MOST_CHARACTERS) return []
  const { requests, faults } = parseRequests(text)
  return [
    ...faults.map((fault): Finding => ({ ...fault, severity: 'error' })),
    ...requests.flatMap((request) => checkRequest(request, origin, api)),
  ].toSorted((a, b) => a.from - b.from)
}

const checkRequest = (
  request: TypedRequest,
  origin: string,
  api: ApiSchema | undefined,
): readonly Finding[] => {
  const { method, target, targetSpan, headers, body } = request
  const exchange = toExchange(request, origin)
  if (exchange.kind === 'fault')
    return [{ from: exchange.from, to: exchange.to, severity: 'error', message: exchange.message }]
  const findings: Finding[] = headers
    .filter(({ name }) => isKeptByBrowser(name))
    .map(({ name, from, to }) => ({
      from,
      to,
      severity: 'warning',
      message: `a browser sends ${name} by itself, and not this one`,
    }))
  const [, type] = /^\/?(?:fhir\/)?([A-Z]\w*)(?=[/?]|$)/.exec(target) ?? []
  if (api !== undefined && type !== undefined && !api.types.includes(type))
    findings.push({
      ...targetSpan,
      severity: 'warning',
      message: `there is no resource type ${type}; there are ${api.types.join(', ')}`,
    })
  if (body === undefined) return findings
  if (BODILESS.has(method)) {
    findings.push({ from: body.from, to: body.to, severity: 'warning', message: `${method} sends no body` })
    return findings
  }
  const sent = exchange.asked.headers?.['content-type'] ?? ''
  if (!/json|yaml/.test(sent)) return findings
  return [...findings, ...checkBody(body, sent, api?.bodyOf(method, target) ?? [], api)]
}

const checkBody = (
  { from, text }: { readonly from: number; readonly text: string },
  contentType: string,
  schema: Alternatives,
  api: ApiSchema | undefined,
): readonly Finding[] => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  const isJson = contentType.includes('json')
  const [error] = document.errors
  if (error !== undefined) {
    const [begin, end] = error.pos
    const message = `not valid ${isJson ? 'JSON' : 'YAML'}: ${error.message}`
    return [
      {
        from: from + Math.min(begin, text.length - 1),
        to: from + Math.min(end, text.length),
        severity: 'error',
        message,
      },
    ]
  }
  const fault = isJson ? jsonFault(text) : undefined
  if (fault !== undefined)
    return [{ from, to: from + text.length, severity: 'error', message: `not valid JSON: ${fault}` }]
  if (api === undefined || schema.length === 0) return []
  return checkNode(document.contents, schema, api).map((finding) => ({
    ...finding,
    from: finding.from + from,
    to: finding.to + from,
  }))
}

const jsonFault = (text: string): string | undefined => {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const checkNode = (node: unknown, schema: Alternatives, api: ApiSchema): readonly Finding[] => {
  if (schema.length === 0) return []
  if (isMap(node)) {
    if (!accepts(schema, 'object')) return [warning(node, `expected ${expectedOf(schema)}`)]
    return node.items.flatMap((pair) => checkPair(pair, schema, api))
  }
  if (isSeq(node)) {
    // NOTE: an array for an object is a JSON Patch.
    if (!accepts(schema, 'array'))
      return accepts(schema, 'object') ? [] : [warning(node, `expected ${expectedOf(schema)}`)]
    const items = itemsOf(api, schema)
    return node.items.flatMap((item) => checkNode(item, items, api))
  }
  return isScalar(node) ? checkScalar(node, schema) : []
}

const checkPair = ({ key, value }: Pair, schema: Alternatives, api: ApiSchema): readonly Finding[] => {
  if (!isScalar(key)) return []
  const name = String(key.value)
  const attributes = attributesOf(api, schema)
  const known = attributes.find((attribute) => attribute.name === name)?.schema
  const inner = known ?? openAttributesOf(api, schema)
  if (inner !== undefined) return checkNode(value, inner, api)
  const names = attributes.map((attribute) => attribute.name).filter((one) => one !== 'resourceType')
  const near = names.find(
    (one) => one.toLowerCase().replaceAll('_', '') === name.toLowerCase().replaceAll(/[-_]/g, ''),
  )
  return [
    warning(
      key,
      `unknown attribute ${name.slice(0, 80)}; ${near === undefined ? `there are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' …' : ''}` : `is ${near} meant?`}`,
    ),
  ]
}

const checkScalar = (node: Node & { readonly value?: unknown }, schema: Alternatives): readonly Finding[] => {
  const value = node.value as Json
  // NOTE: null says as much as leaving it out.
  if (value === null) return []
  const allowed = valuesOf(schema)
  const isOpen = schema.some(
    (one) => one.enum === undefined && one.const === undefined && takes(one.type, value),
  )
  if (isOpen || allowed.includes(value)) return []
  const message =
    allowed.length > 0
      ? `expected one of ${allowed.map(String).join(', ')}`
      : `expected ${expectedOf(schema)}`
  return [warning(node, message)]
}

const takes = (type: Json | undefined, value: Json): boolean => {
  const types = typesOf(type)
  if (types.length === 0) return true
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  return types.includes(typeof value)
}

const accepts = (schema: Alternatives, type: 'object' | 'array'): boolean =>
  schema.some(
    (one) =>
      typesOf(one.type).includes(type) ||
      (one.type === undefined && one.enum === undefined && one.const === undefined),
  )

const expectedOf = (schema: Alternatives): string => {
  const types = [...new Set(schema.flatMap(({ type }) => typesOf(type)))].filter((type) => type !== 'null')
  return types.map((type) => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`)).join(' or ')
}

const warning = (node: Node, message: string): Finding => {
  const [from = 0, to = from] = node.range ?? []
  return { from, to, severity: 'warning', message }
}
