// Writes docs/config.md from the settings themselves.
import { writeFileSync } from 'node:fs'
import { configDocument } from '../src/config/config-document.ts'

writeFileSync(new URL('../docs/config.md', import.meta.url), configDocument())
