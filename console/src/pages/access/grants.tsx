import { remove } from '../../api/resources.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResultList, referenceTo } from '../../parts/result-list.tsx'

/** `/console/grants?user=&client=` */
export const Grants = () => (
  <>
    <PageHead title="Grants" />
    <p class="muted">What people allowed applications that are not first-party.</p>
    <ResultList
      type="Grant"
      href="/console/grants"
      filters={[
        { name: 'user', label: 'User id' },
        { name: 'client', label: 'Client id' },
      ]}
      toQuery={({ user, client }) => ({
        user: referenceTo('User', user),
        client: referenceTo('Client', client),
        _sort: '-_lastUpdated',
      })}
      empty="Nobody has allowed anything that fits."
    >
      {(grants, reload) => (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Client</th>
                <th scope="col">Scope</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span class="hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {grants.map((grant) => {
                const user = textAt(grant, ['user', 'id'])
                const client = textAt(grant, ['client', 'id'])
                return (
                  <tr key={textAt(grant, ['id'])}>
                    <th scope="row">
                      <a href={`/console/users/${encodeURIComponent(user)}`}>{user}</a>
                    </th>
                    <td>
                      <a href={`/console/clients/${encodeURIComponent(client)}`}>{client}</a>
                    </td>
                    <td>{textAt(grant, ['scope']) || '–'}</td>
                    <td>
                      <Instant at={valueAt(grant, ['start'])} />
                    </td>
                    <td>
                      <ConfirmButton
                        label="Revoke"
                        title={`Revoke what ${user} allowed ${client}?`}
                        isDangerous
                        onConfirm={async () => {
                          await remove('Grant', textAt(grant, ['id']))
                          reload()
                        }}
                      >
                        The application’s tokens end, and the user is asked again.
                      </ConfirmButton>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </ResultList>
  </>
)
