import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { linter, lintKeymap } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import { ask } from '../../api/server.ts'
import type { ApiSchema } from './api-schema.ts'
import { createApiSchema } from './api-schema.ts'
import { checkRequests } from './check-requests.ts'
import { completeRequest } from './complete-request.ts'

let loaded: Promise<ApiSchema | undefined> | undefined

/** Loads what the server says of itself, once; undefined while it cannot be asked, and then asks again. */
const apiSchema = (): Promise<ApiSchema | undefined> => {
  loaded ??= ask('GET', '/openapi.json').then(createApiSchema, () => {
    loaded = undefined
    return undefined
  })
  return loaded
}

/** Completes what is typed and says what is wrong with it, by the server's own schemas. */
export const requestAssistant: Extension = [
  // NOTE: nothing is chosen by itself, so Enter ends the line unless one was chosen by the arrows.
  autocompletion({ override: [complete], selectOnOpen: false, interactionDelay: 0, icons: false }),
  keymap.of([...completionKeymap, ...lintKeymap]),
  linter(async (view) => {
    const text = view.state.doc.toString()
    return checkRequests(text, location.origin, await apiSchema()).map(({ from, to, severity, message }) => ({
      from: Math.min(from, text.length),
      to: Math.min(to, text.length),
      severity,
      message,
    }))
  }),
]

async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const api = await apiSchema()
  const found = api && completeRequest(context.state.doc.toString(), context.pos, api)
  if (found === undefined || found.options.length === 0) return null
  if (!context.explicit && found.from === context.pos) return null
  return {
    from: found.from,
    options: found.options.map(({ label, detail, insert }, index) => ({
      label,
      // NOTE: as the schema lists them, where they fit alike.
      boost: -Math.min(index, 99),
      ...(detail === undefined ? {} : { detail }),
      ...(insert === undefined ? {} : { apply: insert }),
    })),
    validFor: /^["\w./$-]*$/,
  }
}
