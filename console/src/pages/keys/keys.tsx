import { useState } from 'preact/hooks'
import { search } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { ask } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { TableScroll } from '../../parts/table-scroll.tsx'

const ROTATE = '/SigningKey/$rotate'

const STATES: Readonly<Record<string, readonly [badge: string, text: string]>> = {
  active: ['badge badge-good', 'signs'],
  next: ['badge', 'signs next'],
  retired: ['badge badge-warn', 'verifies only'],
}

const DONE = {
  soon: 'A new key is published, and signs when everybody who verifies can know it.',
  now: 'A new key signs. Tokens of the old one stay good.',
  forget:
    'All keys are forgotten, and a new one signs. JWTs that were signed until now are believed no more.',
} as const

/** `/console/keys` */
export const Keys = () => {
  const keys = useLoad('keys', (signal) => search('SigningKey', {}, signal))
  const [said, setSaid] = useState<string>()
  const rotate = (how: keyof typeof DONE) => async () => {
    setSaid(undefined)
    await ask('POST', ROTATE, { how })
    setSaid(DONE[how])
    keys.reload()
  }
  return (
    <>
      <PageHead title="Signing keys">
        <ConfirmButton label="Rotate" title="Let a new key sign soon?" onConfirm={rotate('soon')}>
          A new key is published now and signs when everybody who verifies can know it. Tokens of the old one
          stay good.
        </ConfirmButton>
        <ConfirmButton
          label="Rotate now"
          title="Let a new key sign at once?"
          isDangerous
          onConfirm={rotate('now')}
        >
          Who keeps a copy of the key set may refuse new tokens for some minutes. Tokens of the old one stay
          good.
        </ConfirmButton>
        <ConfirmButton
          label="Forget all keys"
          title="Forget all keys, the one that signs too?"
          isDangerous
          onConfirm={rotate('forget')}
        >
          For a key that leaked: every JWT that was signed until now stops being believed at once.
        </ConfirmButton>
      </PageHead>
      <div role="status">{said === undefined ? null : <p class="notice notice-success">{said}</p>}</div>
      <p class="muted">
        They sign tokens; everybody verifies with what <a href="/.well-known/jwks.json">the key set</a>{' '}
        publishes. Private parts never leave the server.
      </p>
      <Loaded of={keys}>
        {({ resources }) =>
          resources.length === 0 ? (
            <p class="card empty">There are no keys yet.</p>
          ) : (
            <KeyTable keys={resources} />
          )
        }
      </Loaded>
      <AsCurl method="POST" path={ROTATE} body={{ how: 'soon' }} />
    </>
  )
}

const KeyTable = ({ keys }: { readonly keys: readonly JsonObject[] }) => (
  <TableScroll label="Signing keys">
    <table>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Algorithm</th>
          <th scope="col">State</th>
          <th scope="col">Signs from</th>
          <th scope="col">Removed</th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => {
          const [badge, text] = STATES[textAt(key, ['state'])] ?? ['badge', textAt(key, ['state'])]
          return (
            <tr key={textAt(key, ['kid'])}>
              <th scope="row">
                <code>{textAt(key, ['kid'])}</code>
              </th>
              <td>{textAt(key, ['alg'])}</td>
              <td>
                <span class={badge}>{text}</span>{' '}
                {valueAt(key, ['isOwn']) === true ? <span class="badge">your own</span> : null}
              </td>
              <td>
                <Instant at={valueAt(key, ['signsFrom'])} />
              </td>
              <td>
                <Instant at={valueAt(key, ['removed'])} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  </TableScroll>
)
