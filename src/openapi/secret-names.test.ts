import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretName } from '../console/command/secret-names.ts'
import { isJsonObject } from '../kernel/json.ts'
import { openapiDocument } from './document.ts'

/** Names of attributes that may be written and are never read. */
const writeOnlyNames = (schema: unknown): readonly string[] => {
  if (Array.isArray(schema)) return schema.flatMap(writeOnlyNames)
  if (!isJsonObject(schema)) return []
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  return [
    ...properties.flatMap(([name, inner]) => (isJsonObject(inner) && inner.writeOnly === true ? [name] : [])),
    ...Object.values(schema).flatMap(writeOnlyNames),
  ]
}

test('every attribute that a schema calls write-only is a secret where the console keeps requests', () => {
  const names = new Set(
    writeOnlyNames(openapiDocument({ version: '0', description: '', publicUrl: 'http://localhost' })),
  )
  assert.ok(names.has('password') && names.has('secretKey') && names.has('secret'))
  for (const name of names) assert.ok(isSecretName(name, '/User/x'), name)
})
