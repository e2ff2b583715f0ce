import { ask } from '../api/server.ts'
import { textAt } from '../document/at-path.ts'
import { useLoad } from './load.tsx'

/** Of the administrator who is signed in; undefined until it is known. */
export const useOwnId = (): string | undefined => {
  const { state } = useLoad('own id', (signal) => ask('GET', '/auth/userinfo', undefined, signal))
  return state.kind === 'loaded' ? textAt(state.value, ['id']) : undefined
}
