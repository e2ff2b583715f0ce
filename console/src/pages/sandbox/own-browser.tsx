import { CopyButton } from '../../parts/copy-button.tsx'
import type { Flow } from './flows/flow.ts'
import { partyOf } from './flows/flow.ts'
import type { Party } from './trial/trial.ts'
import { useTrial } from './trial/trial.ts'

interface OwnBrowserProps {
  readonly flow: Flow
  readonly link: (party: Party) => string
}

/** The same sign-in in a browser of one's own. */
export const OwnBrowser = ({ flow, link }: OwnBrowserProps) => {
  const party = partyOf(flow, useTrial())
  const isReady = party.clientId !== ''
  const href = new URL(link(party), location.origin).href
  return (
    <section class="card" aria-labelledby="own-browser">
      <h3 id="own-browser">As your own browser</h3>
      {isReady ? (
        <>
          <p class="muted">
            Open it in a private window: here it would sign you in, as the administrator. It ends at{' '}
            <code>{party.redirectUri}</code>, where nothing need listen: the answer is in the address.
          </p>
          <a href={href} target="_blank" rel="noopener noreferrer">
            {link(party).split('?')[0]}?client_id={party.clientId}…
          </a>
          <CopyButton label="Copy the address" text={() => href} />
        </>
      ) : (
        <p class="muted">The address is here as soon as there is a client.</p>
      )}
    </section>
  )
}
