// Writes docs/openapi.json from the schemas of the resources and the descriptions in openapi/.
import { writeFileSync } from 'node:fs'
import { openapiDocument } from './openapi/document.ts'

writeFileSync(
  new URL('../docs/openapi.json', import.meta.url),
  `${JSON.stringify(openapiDocument(), null, 2)}\n`,
)
