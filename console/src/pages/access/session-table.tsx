import { remove } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Instant } from '../../parts/instant.tsx'

interface SessionTableProps {
  readonly sessions: readonly JsonObject[]
  readonly onEnded: () => void
}

export const SessionTable = ({ sessions, onEnded }: SessionTableProps) => (
  <div class="table-scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">User</th>
          <th scope="col">Client</th>
          <th scope="col">Began</th>
          <th scope="col">Ends</th>
          <th scope="col">
            <span class="hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => {
          const id = textAt(session, ['id'])
          const user = textAt(session, ['user', 'id'])
          const client = textAt(session, ['client', 'id'])
          return (
            <tr key={id}>
              <th scope="row">
                {textAt(session, ['type'])} {valueAt(session, ['active']) === false ? <Ended /> : null}
                <br />
                <code class="muted">{tailOf(id)}</code>
              </th>
              <td>{user === '' ? '–' : <a href={`/console/users/${encodeURIComponent(user)}`}>{user}</a>}</td>
              <td>
                {client === '' ? (
                  '–'
                ) : (
                  <a href={`/console/clients/${encodeURIComponent(client)}`}>{client}</a>
                )}
              </td>
              <td>
                <Instant at={valueAt(session, ['meta', 'createdAt'])} />
              </td>
              <td>
                <Instant at={endOf(session)} />
              </td>
              <td>
                {valueAt(session, ['active']) === false ? null : (
                  <ConfirmButton
                    label="End"
                    title={`End session ${tailOf(id)}${user === '' ? '' : ` of ${user}`}?`}
                    isDangerous
                    onConfirm={async () => {
                      await remove('Session', id)
                      onEnded()
                    }}
                  >
                    Its tokens stop working at once, and so do those that came from it.
                  </ConfirmButton>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  </div>
)

/** Ids begin with the time, which those of one hour share. */
const tailOf = (id: string): string => id.slice(-8)

const Ended = () => <span class="badge">ended</span>

/** When it ended, or when it will; a Session says the latter in seconds. */
const endOf = (session: JsonObject) => {
  const end = valueAt(session, ['end'])
  const expires = valueAt(session, ['exp'])
  return end ?? (typeof expires === 'number' ? expires * 1000 : expires)
}
