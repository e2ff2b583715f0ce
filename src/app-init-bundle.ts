import { parseDocument } from './http/parse-document.ts'
import { isJsonObject } from './kernel/json.ts'
import type { Logger } from './kernel/logger.ts'
import { Problem } from './kernel/problem.ts'
import type { ApplyBundleDeps } from './resources/apply-bundle.ts'
import { applyBundle } from './resources/apply-bundle.ts'

export interface InitBundleDeps extends ApplyBundleDeps {
  /** What COUNTERSIGN_INIT_BUNDLE names. */
  readonly initBundle: Uint8Array | undefined
  readonly logger: Logger
}

/**
 * Applies the operator's Bundle before anybody is served. What is there already as it says makes no new version. Of a batch
 * the entries that fail are logged.
 * @throws {Error} it is no Bundle, or its transaction fails, which ends the start
 */
export const applyInitBundle = async (deps: InitBundleDeps): Promise<void> => {
  if (deps.initBundle === undefined) return
  const context = {
    base: 'fhir',
    caller: { kind: 'anonymous' },
    origin: undefined,
    authorize: async () => {},
  } as const
  try {
    const answer = await applyBundle(deps, context, parseDocument(deps.initBundle, 'sniff'))
    const entries = Array.isArray(answer.entry) ? answer.entry.filter(isJsonObject) : []
    for (const [entry, { response }] of entries.entries())
      if (isJsonObject(response) && response.outcome !== undefined)
        deps.logger.error({ entry, ...response }, 'COUNTERSIGN_INIT_BUNDLE: an entry failed')
  } catch (error) {
    if (!(error instanceof Problem) || error.details.kind === 'unavailable') throw error
    throw new Error(`COUNTERSIGN_INIT_BUNDLE: ${error.message}`, { cause: error })
  }
}
