// Writes docs/openapi.json from the schemas of the resources and the descriptions in src/openapi/.
import { writeFileSync } from 'node:fs'
import { openapiDocument } from '../src/openapi/document.ts'
import { readPackageFacts } from '../src/openapi/package-facts.node.ts'

const document = openapiDocument({ ...readPackageFacts(), publicUrl: 'http://localhost:8080' })
writeFileSync(new URL('../docs/openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`)
