import type { EditorView } from '@codemirror/view'
import { useRef, useState } from 'preact/hooks'
import { parseRequests, requestAt } from '../../../../src/console/command/request-text.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { Answer } from './answer.tsx'
import type { AnswerFormat } from './answer-text.ts'
import { RequestEditor } from './request-editor.tsx'
import { useRuns } from './use-runs.ts'
import '../../style/rest.css'

const FIRST_TEXT = 'GET /User?_count=10\n'

/** REST as it is typed: requests above, answers below or beside. */
export const RestConsole = () => {
  const view = useRef<EditorView>(undefined)
  const text = useRef(FIRST_TEXT)
  const [format, setFormat] = useState<AnswerFormat>('json')
  const [remark, setRemark] = useState<string>()
  const runs = useRuns(() => {})

  const start = (which: 'one' | 'all'): void => {
    const parsed = parseRequests(text.current)
    const one = requestAt(parsed, view.current?.state.selection.main.head ?? 0)
    const requests = which === 'all' ? parsed.requests : one === undefined ? [] : [one]
    const fault = parsed.faults.find(
      ({ from }) => which === 'all' || one === undefined || (from >= one.from && from <= one.to),
    )
    if (fault !== undefined) setRemark(`Nothing was sent: ${fault.message}.`)
    else if (requests.length === 0)
      setRemark('Nothing was sent: there is no request. Type one, such as GET /User.')
    else {
      setRemark(undefined)
      void runs.start(requests)
    }
  }

  return (
    <>
      <PageHead title="REST console" />
      <div class="rest">
        <section aria-label="Editor" class="rest-left">
          <RequestEditor
            text={text.current}
            onChange={(typed) => {
              text.current = typed
            }}
            onSend={() => start('one')}
            onReady={(ready) => {
              view.current = ready
            }}
            extensions={[]}
          />
          <div class="row">
            <button
              type="button"
              class="button button-primary"
              disabled={runs.progress !== undefined}
              onClick={() => start('one')}
            >
              Send <kbd>{isMac() ? '⌘' : 'Ctrl'} Enter</kbd>
            </button>
            <button
              type="button"
              class="button"
              disabled={runs.progress !== undefined}
              onClick={() => start('all')}
            >
              Run all
            </button>
            {runs.progress === undefined ? null : (
              <button type="button" class="button" onClick={runs.stop}>
                Stop
              </button>
            )}
          </div>
        </section>
        <section aria-label="Answers" class="rest-right">
          <div role="status" class="rest-status">
            {runs.progress === undefined || runs.progress.all === 1
              ? null
              : `Sending ${runs.progress.done + 1} of ${runs.progress.all} …`}
            {remark ?? runs.remark}
          </div>
          {runs.runs.length === 0 ? (
            <p class="muted">
              Answers come here. Send runs the request that the cursor is in; Run all runs them one after the
              other.
            </p>
          ) : null}
          {runs.runs.map((run) => (
            <Answer key={run.number} run={run} format={format} onFormat={setFormat} />
          ))}
        </section>
      </div>
    </>
  )
}

const isMac = (): boolean => navigator.userAgent.includes('Mac')
