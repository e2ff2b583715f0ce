import type { Found } from '../api/resources.ts'
import type { Load } from './load.tsx'

/** Says to who does not see the list how many were found, each time another search is answered. */
export const FoundStatus = ({ of: { state } }: { readonly of: Load<Found> }) => (
  <p role="status" class="hidden">
    {state.kind === 'loaded' ? inWords(state.value) : ''}
  </p>
)

const inWords = ({ resources, total }: Found): string => {
  const count = total ?? resources.length
  return count === 0 ? 'Nothing found' : `${count} found`
}
