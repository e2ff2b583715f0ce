import { CopyButton } from '../../parts/copy-button.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { Shown } from './shown.tsx'
import { curlOf } from './trial/curl.ts'
import { readableBody } from './trial/readable-body.ts'
import type { Item, Sender, Told } from './trial/trial.ts'

const SENDERS: Readonly<Record<Sender, string>> = {
  browser: 'Browser of the trial',
  application: 'Application',
  administrator: 'Administrator',
}

/** A request and its answer; the line says what it was, open it tells all. */
export const ExchangeView = ({ exchange }: { readonly exchange: Extract<Item, { kind: 'exchange' }> }) => {
  const { from, asked, told } = exchange
  const { method, path, headers = {}, body } = asked
  const [shortPath = ''] = path.split('?')
  return (
    <Unfold
      class="exchange"
      summary={
        <>
          <span class="muted">{SENDERS[from]}</span>
          <code>
            {method} {shortPath.length > 80 ? `${shortPath.slice(0, 80)}…` : shortPath}
          </code>
          {told === undefined ? <span class="badge">sent</span> : <StatusOf told={told} />}
        </>
      }
    >
      {() => (
        <div class="exchange-parts">
          <h4>Request</h4>
          <pre>
            <Shown text={[`${method} ${path}`, ...linesOf(Object.entries(headers))].join('\n')} />
          </pre>
          {body === undefined ? null : (
            <pre>
              <Shown text={readableBody(headers['content-type'] ?? '', body)} />
            </pre>
          )}
          {told === undefined ? null : (
            <>
              <h4>Answer</h4>
              <pre>
                <Shown text={[`${told.status}`, ...linesOf(told.headers)].join('\n')} />
              </pre>
              {told.body === '' ? null : (
                <pre>
                  <Shown text={readableBody(typeOf(told), told.body)} />
                </pre>
              )}
            </>
          )}
          <h4>With curl</h4>
          <pre>
            <Shown text={curlOf(asked, location.origin)} />
          </pre>
          {from === 'administrator' ? (
            <p class="muted">With your session here; with curl, add -u root:… to it.</p>
          ) : null}
          <CopyButton label="Copy the curl line" text={() => curlOf(asked, location.origin)} />
        </div>
      )}
    </Unfold>
  )
}

const StatusOf = ({ told }: { readonly told: Told }) => (
  <>
    <span class={told.status < 400 ? 'badge badge-good' : 'badge badge-bad'}>{told.status}</span>
    <span class="muted">{Math.round(told.milliseconds)} ms</span>
  </>
)

const linesOf = (headers: Iterable<readonly [string, string]>): readonly string[] =>
  [...headers].map(([name, value]) => `${name}: ${value}`)

const typeOf = ({ headers }: Told): string => headers.find(([name]) => name === 'content-type')?.[1] ?? ''
