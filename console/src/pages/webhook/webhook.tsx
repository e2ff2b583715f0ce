import { useState } from 'preact/hooks'
import { search } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { ask } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { TableScroll } from '../../parts/table-scroll.tsx'

const DELIVERIES = { event: 'two-factor-delivery', _sort: '-_lastUpdated', _count: '50' } as const

/** `/console/webhook`: where codes are sent, a test, and what came of the last ones. */
export const Webhook = () => {
  const configurations = useLoad('configurations', (signal) =>
    search('AuthConfig', { _sort: '-_lastUpdated', _count: '1' }, signal),
  )
  const deliveries = useLoad('deliveries', (signal) => search('AuditEvent', DELIVERIES, signal))
  return (
    <>
      <PageHead title="Webhook" />
      <Loaded of={configurations}>
        {({ resources: [configuration] }) => (
          <Target configuration={configuration} onTested={deliveries.reload} />
        )}
      </Loaded>
      <h2>Last deliveries</h2>
      <Loaded of={deliveries}>
        {({ resources }) =>
          resources.length === 0 ? (
            <p class="card empty">No code has been sent yet.</p>
          ) : (
            <DeliveryTable deliveries={resources} />
          )
        }
      </Loaded>
    </>
  )
}

interface TargetProps {
  readonly configuration: JsonObject | undefined
  readonly onTested: () => void
}

const Target = ({ configuration, onTested }: TargetProps) => {
  const [result, setResult] = useState<JsonObject>()
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const endpoint = configuration && textAt(configuration, ['twoFactor', 'webhook', 'endpoint'])
  if (configuration === undefined) return <NoWebhook />
  const id = textAt(configuration, ['id'])
  if (endpoint === undefined || endpoint === '') return <NoWebhook id={id} />
  const path = `/AuthConfig/${encodeURIComponent(id)}/$test-webhook`
  const test = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setError(undefined)
    setResult(undefined)
    try {
      setResult(await ask('POST', path, {}))
      onTested()
    } catch (fault) {
      setError(fault instanceof Error ? fault.message : String(fault))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section class="card" aria-labelledby="target">
      <h2 id="target">
        Of configuration <a href={`/console/configuration/${encodeURIComponent(id)}`}>{id}</a>{' '}
        <span class="badge badge-good">in force</span>
      </h2>
      <dl class="facts">
        <dt>Endpoint</dt>
        <dd>
          <code>{endpoint}</code>
        </dd>
        <dt>Timeout</dt>
        <dd>{textAt(configuration, ['twoFactor', 'webhook', 'timeout']) || '5000'} ms</dd>
      </dl>
      <div class="row">
        <button
          type="button"
          class="button button-primary"
          aria-disabled={isBusy}
          onClick={() => void test()}
        >
          {isBusy ? 'Sending …' : 'Send a test'}
        </button>
      </div>
      <div role="status">{result === undefined ? null : <TestResult result={result} />}</div>
      {error === undefined ? null : (
        <p class="notice notice-error lines" role="alert">
          {error}
        </p>
      )}
      <AsCurl method="POST" path={path} body={{}} />
    </section>
  )
}

const TestResult = ({ result }: { readonly result: JsonObject }) => {
  const isGood = textAt(result, ['outcome']) === 'delivered'
  const status = textAt(result, ['status'])
  const came =
    status === '' ? `No answer came (${textAt(result, ['reason'])})` : `The receiver answered ${status}`
  return (
    <>
      <p class={isGood ? 'notice notice-success' : 'notice notice-error'}>
        {isGood ? 'Delivered.' : 'Not delivered.'} {came} after {textAt(result, ['milliseconds'])} ms.
      </p>
      <pre>{JSON.stringify(result, undefined, 2)}</pre>
    </>
  )
}

/** @param id of the AuthConfig in force; left out where there is none */
const NoWebhook = ({ id }: { readonly id?: string }) => (
  <p class="card empty">
    <span>
      {id === undefined ? 'No webhook is set.' : `No webhook is set in ${id}, the configuration in force.`}{' '}
      <a
        href={
          id === undefined ? '/console/configuration' : `/console/configuration/${encodeURIComponent(id)}`
        }
      >
        Set one in the configuration
      </a>{' '}
      to send people their codes.
    </span>
  </p>
)

const DeliveryTable = ({ deliveries }: { readonly deliveries: readonly JsonObject[] }) => (
  <TableScroll label="Last deliveries">
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">User</th>
          <th scope="col">Outcome</th>
          <th scope="col">More</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => {
          const user = textAt(delivery, ['user', 'id'])
          const isGood = textAt(delivery, ['outcome']) === 'success'
          const detail = valueAt(delivery, ['detail'])
          return (
            <tr key={textAt(delivery, ['id'])}>
              <td>
                <Instant at={valueAt(delivery, ['recorded'])} />
              </td>
              <td>{user === '' ? '–' : <a href={`/console/users/${encodeURIComponent(user)}`}>{user}</a>}</td>
              <td>
                <span class={isGood ? 'badge badge-good' : 'badge badge-bad'}>
                  {isGood ? 'sent' : textAt(delivery, ['reason']) || 'failed'}
                </span>
              </td>
              <td>
                <code>{detail === undefined ? '' : JSON.stringify(detail)}</code>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  </TableScroll>
)
