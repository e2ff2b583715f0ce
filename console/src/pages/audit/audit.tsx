import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResultList, referenceTo } from '../../parts/result-list.tsx'
import { EVENT_NAMES } from './event-names.ts'

/** `/console/audit?event=&outcome=&user=&client=&address=&from=&until=` */
export const Audit = () => (
  <>
    <PageHead title="Audit" />
    <ResultList
      type="AuditEvent"
      href="/console/audit"
      perPage={100}
      filters={[
        { name: 'event', label: 'Event', hint: 'exactly, of the list', suggestions: EVENT_NAMES },
        {
          name: 'outcome',
          label: 'Outcome',
          options: [
            ['success', 'success'],
            ['failure', 'failure'],
          ],
        },
        { name: 'reason', label: 'Reason', hint: 'exactly, e.g. throttled' },
        { name: 'user', label: 'User id' },
        { name: 'client', label: 'Client id' },
        { name: 'address', label: 'Address', hint: 'exactly, e.g. 127.0.0.1' },
        { name: 'from', label: 'From', type: 'datetime-local' },
        { name: 'until', label: 'Until', type: 'datetime-local' },
      ]}
      toQuery={({ user, client, from, until, ...rest }) => ({
        ...rest,
        user: referenceTo('User', user),
        client: referenceTo('Client', client),
        _lastUpdated: rangeOf(from, until),
        _sort: '-_lastUpdated',
      })}
      empty="Nothing happened that fits."
    >
      {(events) => <EventTable events={events} />}
    </ResultList>
  </>
)

/** The bounds that are given; a parameter that is sent twice must hold both times. */
const rangeOf = (from: string | undefined, until: string | undefined): readonly string[] =>
  [
    [from, 'ge'],
    [until, 'le'],
  ].flatMap(([text, bound]) =>
    // NOTE: anybody may write into an address what is no time; the field shows that nothing is chosen.
    text === undefined || !Number.isFinite(Date.parse(text))
      ? []
      : [`${bound}${new Date(text).toISOString()}`],
  )

const EventTable = ({ events }: { readonly events: readonly JsonObject[] }) => (
  <div class="table-scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Event</th>
          <th scope="col">Outcome</th>
          <th scope="col">Whom</th>
          <th scope="col">By</th>
          <th scope="col">From</th>
          <th scope="col">More</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={textAt(event, ['id'])}>
            <td>
              <Instant at={valueAt(event, ['recorded'])} />
            </td>
            <th scope="row" class="words">
              {textAt(event, ['event'])}
              {textAt(event, ['factor']) === '' ? '' : ` (${textAt(event, ['factor'])})`}
            </th>
            <td>
              {textAt(event, ['outcome']) === 'failure' ? (
                <span class="badge badge-bad">{textAt(event, ['reason']) || 'failure'}</span>
              ) : (
                <span class="badge badge-good">{textAt(event, ['reason']) || 'success'}</span>
              )}
            </td>
            <td>{whom(event)}</td>
            <td>{textAt(event, ['actor', 'id']) || '–'}</td>
            <td class="address">{textAt(event, ['address']) || '–'}</td>
            <td>
              <details>
                <summary>Show</summary>
                <pre>{JSON.stringify(event, undefined, 2)}</pre>
              </details>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const whom = (event: JsonObject) => {
  const [user, client] = [textAt(event, ['user', 'id']), textAt(event, ['client', 'id'])]
  return (
    <>
      {user === '' ? null : <a href={`/console/users/${encodeURIComponent(user)}`}>{user}</a>}
      {user === '' || client === '' ? null : ' · '}
      {client === '' ? null : <a href={`/console/clients/${encodeURIComponent(client)}`}>{client}</a>}
      {user === '' && client === '' ? '–' : null}
    </>
  )
}
