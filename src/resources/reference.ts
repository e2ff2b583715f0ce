import { z } from 'zod'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { AttributePath } from './resource-kind.ts'

const ABSOLUTE = /^(?:https?|urn):/

const LOCAL = /^([A-Z][A-Za-z]{0,63})\/([A-Za-z0-9\-.]{1,64})$/

/**
 * A reference as it is stored: `{resourceType, id}`, `{uri}` or `{localRef}`, each with an optional `display`.
 * Accepts that form and FHIR's `{reference}`; `types` restricts what it may point to, none allows everything.
 */
export const reference = (...types: readonly string[]) =>
  z
    .strictObject({
      resourceType: z.string().max(64).optional(),
      id: z.string().max(64).optional(),
      reference: z.string().max(2048).optional(),
      type: z.string().max(64).optional(),
      uri: z.string().max(2048).optional(),
      localRef: z.string().max(64).optional(),
      display: z.string().max(1000).optional(),
    })
    .transform((given, context): JsonObject => {
      const target = targetOf(given)
      if (target === undefined) context.addIssue('expected {resourceType, id} or {reference: "Type/id"}')
      else if (types.length > 0 && 'resourceType' in target && !types.includes(target.resourceType))
        context.addIssue(`expected a reference to ${types.join(', ')}`)
      return { ...target, ...(given.display === undefined ? {} : { display: given.display }) }
    })

const targetOf = (given: {
  readonly resourceType?: string | undefined
  readonly id?: string | undefined
  readonly reference?: string | undefined
  readonly uri?: string | undefined
  readonly localRef?: string | undefined
}) => {
  const { uri, localRef, reference: written, resourceType: type, id: typedId } = given
  const forms = [uri, localRef, written, type ?? typedId]
  if (forms.filter((form) => form !== undefined).length !== 1) return undefined
  if (uri !== undefined) return ABSOLUTE.test(uri) ? { uri } : undefined
  if (localRef !== undefined) return { localRef }
  const text = written ?? `${type ?? ''}/${typedId ?? ''}`
  const [, resourceType, id] = LOCAL.exec(text) ?? []
  if (resourceType !== undefined && id !== undefined) return { resourceType, id }
  if (text.startsWith('#') && text.length > 1) return { localRef: text.slice(1) }
  return ABSOLUTE.test(text) ? { uri: text } : undefined
}

/** Prints the references at the paths as FHIR does: `{reference, display}`. */
export const withFhirReferences = (document: JsonObject, paths: readonly AttributePath[]): JsonObject =>
  paths.reduce((current, path) => rewrite(current, path) as JsonObject, document)

const rewrite = (value: JsonValue, [name, ...rest]: AttributePath): JsonValue => {
  if (Array.isArray(value))
    return value.map((item: JsonValue) => rewrite(item, name === undefined ? [] : [name, ...rest]))
  if (!isJsonObject(value)) return value
  if (name === undefined) return toFhir(value)
  const inner = Object.hasOwn(value, name) ? value[name] : undefined
  return inner === undefined ? value : { ...value, [name]: rewrite(inner, rest) }
}

const toFhir = ({ resourceType, id, uri, localRef, display }: JsonObject): JsonObject => ({
  reference:
    typeof uri === 'string' ? uri : typeof localRef === 'string' ? `#${localRef}` : `${resourceType}/${id}`,
  ...(display === undefined ? {} : { display }),
})
