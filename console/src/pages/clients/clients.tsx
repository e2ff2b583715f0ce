import { textAt, valueAt } from '../../document/at-path.ts'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResultList } from '../../parts/result-list.tsx'

/** `/console/clients?name=` */
export const Clients = () => (
  <>
    <PageHead title="Clients">
      <a class="button button-primary" href="/console/clients/new">
        New client
      </a>
    </PageHead>
    <ResultList
      type="Client"
      href="/console/clients"
      filters={[{ name: 'id', label: 'Client id' }]}
      toQuery={({ id }) => ({ _id: id, _sort: '-_lastUpdated' })}
      empty="There is no such client."
    >
      {(clients) => (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Id</th>
                <th scope="col">Name</th>
                <th scope="col">Grant types</th>
                <th scope="col">State</th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {clients.map((client) => {
                const id = textAt(client, ['id'])
                const grants = valueAt(client, ['grant_types'])
                return (
                  <tr key={id}>
                    <th scope="row">
                      <a href={`/console/clients/${encodeURIComponent(id)}`}>{id}</a>
                    </th>
                    <td>{textAt(client, ['name'])}</td>
                    <td>{Array.isArray(grants) ? grants.join(', ') : '–'}</td>
                    <td>
                      {valueAt(client, ['active']) === false ? (
                        <span class="badge badge-bad">inactive</span>
                      ) : null}{' '}
                      {valueAt(client, ['first_party']) === true ? (
                        <span class="badge">first-party</span>
                      ) : null}
                    </td>
                    <td>
                      <Instant at={valueAt(client, ['meta', 'lastUpdated'])} />
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
