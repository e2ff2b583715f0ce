import { search } from '../../api/resources.ts'
import { ask } from '../../api/server.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { SessionTable } from './session-table.tsx'

const MOST = 20

/** The sessions and tokens of one user that live, and a way to end all of them. */
export const SessionsOf = ({ userId }: { readonly userId: string }) => {
  const query = { user: `User/${userId}`, active: 'true', _sort: '-_lastUpdated', _count: `${MOST}` }
  const sessions = useLoad(userId, (signal) => search('Session', query, signal))
  const path = `/User/${encodeURIComponent(userId)}/$sessions`
  return (
    <section class="stack" aria-labelledby="sessions-of">
      <div class="row">
        <h2 id="sessions-of" class="grow">
          Sessions and tokens
        </h2>
        <ConfirmButton
          label="End all"
          title="End all sessions and tokens?"
          isDangerous
          onConfirm={async () => {
            await ask('DELETE', path)
            sessions.reload()
          }}
        >
          The user is signed out everywhere, and no application can act for them until they sign in again.
        </ConfirmButton>
      </div>
      <Loaded of={sessions}>
        {({ resources, total }) =>
          resources.length === 0 ? (
            <p class="card empty">Nothing is alive.</p>
          ) : (
            <>
              <SessionTable sessions={resources} onEnded={sessions.reload} />
              {(total ?? 0) > MOST ? (
                <p>
                  <a href={`/console/sessions?user=${encodeURIComponent(userId)}`}>All {total}</a>
                </p>
              ) : null}
            </>
          )
        }
      </Loaded>
      <AsCurl method="DELETE" path={path} />
    </section>
  )
}
