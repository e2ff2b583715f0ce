import { textAt, valueAt } from '../../document/at-path.ts'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResultList } from '../../parts/result-list.tsx'
import { useInForce } from './use-in-force.ts'

/** `/console/configuration`: every AuthConfig. */
export const Configurations = () => {
  const inForce = useInForce()
  return (
    <>
      <PageHead title="Configuration">
        <a class="button button-primary" href="/console/configuration/new">
          New configuration
        </a>
      </PageHead>
      <p class="muted">How people sign in and how the pages look. The one that was saved last is in force.</p>
      <ResultList
        type="AuthConfig"
        href="/console/configuration"
        filters={[]}
        toQuery={() => ({ _sort: '-_lastUpdated' })}
        empty="There is none: the defaults are in force."
      >
        {(configurations) => (
          <div class="table-scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Id</th>
                  <th scope="col">Issuer name</th>
                  <th scope="col">Title</th>
                  <th scope="col">Webhook</th>
                  <th scope="col">Changed</th>
                </tr>
              </thead>
              <tbody>
                {configurations.map((configuration) => {
                  const id = textAt(configuration, ['id'])
                  return (
                    <tr key={id}>
                      <th scope="row">
                        <a href={`/console/configuration/${encodeURIComponent(id)}`}>{id}</a>{' '}
                        {id === inForce.id ? <span class="badge badge-good">in force</span> : null}
                      </th>
                      <td>{textAt(configuration, ['twoFactor', 'issuerName'])}</td>
                      <td>{textAt(configuration, ['theme', 'title'])}</td>
                      <td>{textAt(configuration, ['twoFactor', 'webhook', 'endpoint']) || '–'}</td>
                      <td>
                        <Instant at={valueAt(configuration, ['meta', 'lastUpdated'])} />
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
}
