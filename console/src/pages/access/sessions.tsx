import { PageHead } from '../../parts/page-head.tsx'
import { ResultList, referenceTo } from '../../parts/result-list.tsx'
import { SessionTable } from './session-table.tsx'

/** `/console/sessions?user=&client=&type=&active=` */
export const Sessions = () => (
  <>
    <PageHead title="Sessions" />
    <p class="muted">Browsers that are signed in, and the tokens that applications hold.</p>
    <ResultList
      type="Session"
      href="/console/sessions"
      filters={[
        { name: 'user', label: 'User id' },
        { name: 'client', label: 'Client id' },
        { name: 'type', label: 'Type', options: TYPES.map((type) => [type, type]) },
        {
          name: 'active',
          label: 'State',
          options: [
            ['true', 'alive'],
            ['false', 'ended'],
          ],
        },
      ]}
      toQuery={({ user, client, type, active }) => ({
        user: referenceTo('User', user),
        client: referenceTo('Client', client),
        type,
        active,
        _sort: '-_lastUpdated',
      })}
      empty="No session fits."
    >
      {(sessions, reload) => <SessionTable sessions={sessions} onEnded={reload} />}
    </ResultList>
  </>
)

const TYPES = [
  'browser',
  'authorization_code',
  'client_credentials',
  'password',
  'implicit',
  'token_exchange',
] as const
