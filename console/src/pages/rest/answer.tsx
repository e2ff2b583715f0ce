import { useState } from 'preact/hooks'
import type { Answered } from '../../api/exchange.ts'
import { curlOf } from '../../document/curl.ts'
import { CodeView } from '../../parts/code/code-view.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import type { AnswerFormat } from './answer-text.ts'
import { answerText } from './answer-text.ts'
import type { Run } from './use-runs.ts'

interface AnswerProps {
  readonly run: Run
  readonly format: AnswerFormat
  readonly onFormat: (format: AnswerFormat) => void
}

/** A request and what came of it: status, time, headers and body; nothing of it is ever taken for markup. */
export const Answer = ({ run: { asked, outcome }, format, onFormat }: AnswerProps) => (
  <article class="card answer">
    <header class="row">
      <h2>
        <code>
          {asked.method} {shorten(asked.path)}
        </code>
      </h2>
      {outcome.kind === 'answered' ? <Status answered={outcome} /> : null}
      <CopyButton text={() => curlOf(asked, location.origin)} label="Copy as curl" />
    </header>
    {outcome.kind === 'waiting' ? <p class="muted">Waiting for the answer …</p> : null}
    {outcome.kind === 'failed' ? <p class="notice notice-error">{outcome.message}</p> : null}
    {outcome.kind === 'answered' ? (
      <Body answered={outcome} method={asked.method} path={asked.path} format={format} onFormat={onFormat} />
    ) : null}
  </article>
)

const Status = ({ answered: { status, statusText, milliseconds } }: { readonly answered: Answered }) => (
  <>
    <span class={`badge ${status >= 400 ? 'badge-bad' : 'badge-good'}`}>
      {status === 0 ? 'Redirect' : `${status} ${statusText}`}
    </span>
    <span class="muted">{Math.round(milliseconds)} ms</span>
  </>
)

interface BodyProps extends Omit<AnswerProps, 'run'> {
  readonly answered: Answered
  readonly method: string
  readonly path: string
}

const Body = ({ answered: { status, headers, body }, method, path, format, onFormat }: BodyProps) => {
  const [wantsAll, setWantsAll] = useState(false)
  if (status === 0) return <Redirected method={method} path={path} />
  const { text, language, isShortened } = answerText(body, format, wantsAll)
  return (
    <>
      <details>
        <summary>Headers ({headers.length})</summary>
        <dl class="headers">
          {headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {body === '' ? (
        <p class="muted">The answer has no body.</p>
      ) : (
        <>
          <div class="row">
            {language === 'text' ? null : <FormatChoice format={format} onFormat={onFormat} />}
            <CopyButton
              text={() => (isShortened ? answerText(body, format, true).text : text)}
              label="Copy body"
            />
            {isShortened || wantsAll ? (
              <button type="button" class="button" onClick={() => setWantsAll(!wantsAll)}>
                {wantsAll ? 'Show less' : 'Show all'}
              </button>
            ) : null}
            <span class="muted">{body.length.toLocaleString('en')} characters</span>
          </div>
          <CodeView label="Body of the answer" text={text} language={language} class="answer-body" />
        </>
      )}
    </>
  )
}

const Redirected = ({ method, path }: Pick<BodyProps, 'method' | 'path'>) => (
  <p>
    The server redirects. A browser does not tell a page where to
    {method === 'GET' ? (
      <>
        :{' '}
        <a href={path} target="_blank" rel="noopener">
          open the address in a new tab
        </a>
      </>
    ) : null}
    .
  </p>
)

const FormatChoice = ({ format, onFormat }: Pick<AnswerProps, 'format' | 'onFormat'>) => (
  <fieldset class="choice">
    <legend class="hidden">Format</legend>
    {(['json', 'yaml'] as const).map((one) => (
      <button
        key={one}
        type="button"
        class="button"
        aria-pressed={format === one}
        onClick={() => onFormat(one)}
      >
        {one.toUpperCase()}
      </button>
    ))}
  </fieldset>
)

const shorten = (path: string): string => (path.length > 200 ? `${path.slice(0, 200).toWellFormed()}…` : path)
