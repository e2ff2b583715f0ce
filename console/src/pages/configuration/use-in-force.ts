import { search } from '../../api/resources.ts'
import { textAt } from '../../document/at-path.ts'
import { useLoad } from '../../parts/load.tsx'

interface InForce {
  /** Of the AuthConfig that was saved last; empty where there is none, undefined until it is known. */
  readonly id: string | undefined
  readonly reload: () => void
}

/** Which AuthConfig is in force. */
export const useInForce = (): InForce => {
  const { state, reload } = useLoad('in force', (signal) =>
    search('AuthConfig', { _sort: '-_lastUpdated', _count: '1', _elements: 'id' }, signal),
  )
  const last = state.kind === 'loaded' ? state : state.before
  return { id: last === undefined ? undefined : textAt(last.value.resources[0] ?? {}, ['id']), reload }
}
