import { EditorView } from '@codemirror/view'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { parseRequests, requestAt } from '../../../../src/console/command/request-text.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { Answer } from './answer.tsx'
import type { AnswerFormat } from './answer-text.ts'
import { isTooLongToKeep, keepDraft, mask, readDraft } from './draft.ts'
import { commandOf } from './kept.ts'
import type { Opening } from './library.tsx'
import { Library, openingOf } from './library.tsx'
import { requestAssistant } from './request-assistant.ts'
import { RequestEditor } from './request-editor.tsx'
import { useKept } from './use-kept.ts'
import type { Outcome } from './use-runs.ts'
import { useRuns } from './use-runs.ts'
import '../../style/rest.css'

const FIRST_TEXT = 'GET /User?_count=10\n'

const KEEP_DRAFT_AFTER_MS = 500

/** REST as it is typed: requests above, answers below or beside. */
export const RestConsole = () => {
  const view = useRef<EditorView>(undefined)
  const text = useRef(readDraft() ?? FIRST_TEXT)
  const keeping = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef('')
  const hasOpened = useRef(false)
  const { query } = useLocation()
  const kept = useKept()
  const [format, setFormat] = useState<AnswerFormat>('json')
  const [remark, setRemark] = useState<string>()
  const runs = useRuns((request) => {
    void kept.keepSent(commandOf(sent.current, request))
  })

  const change = (typed: string): void => {
    text.current = typed
    clearTimeout(keeping.current)
    keeping.current = setTimeout(() => keepDraft(text.current), KEEP_DRAFT_AFTER_MS)
  }

  const open = ({ title, text: opened }: Opening): void => {
    if (view.current !== undefined) openIn(view.current, title, opened)
  }

  const named = hasOpened.current ? undefined : openingOf(query, kept)
  useEffect(() => {
    if (named === undefined) return
    hasOpened.current = true
    open(named)
  })

  useEffect(() => {
    const leave = (): void => keepDraft(text.current)
    const ask = (event: BeforeUnloadEvent): void => {
      if (isTooLongToKeep(text.current)) event.preventDefault()
    }
    addEventListener('pagehide', leave)
    addEventListener('beforeunload', ask)
    return () => {
      removeEventListener('beforeunload', ask)
      removeEventListener('pagehide', leave)
      clearTimeout(keeping.current)
      leave()
    }
  }, [])

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
      sent.current = text.current
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
            onChange={change}
            onSend={() => start('one')}
            onReady={(ready) => {
              view.current = ready
            }}
            extensions={requestAssistant}
          />
          <div class="row">
            <button
              type="button"
              class="button button-primary"
              aria-disabled={runs.progress !== undefined}
              onClick={() => start('one')}
            >
              Send <kbd>{isMac() ? '⌘' : 'Ctrl'} Enter</kbd>
            </button>
            <button
              type="button"
              class="button"
              aria-disabled={runs.progress !== undefined}
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
            <span class="hidden">{spoken(runs.runs.at(-1)?.outcome)}</span>
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
        <Library kept={kept} onOpen={open} textNow={() => text.current} />
      </div>
    </>
  )
}

/** Shows a request in the editor: where it is already, in place of what nobody typed, or below all that is there. */
const openIn = (view: EditorView, title: string, opened: string): void => {
  const text = view.state.doc.toString()
  const isThere = [opened, mask(opened)].map((form) => text.indexOf(form.trim()))
  const found = isThere.find((position) => position !== -1) ?? -1
  if (found === -1) {
    const isUntouched = text === FIRST_TEXT || text.trim() === ''
    const insert = isUntouched ? opened : `${text.trimEnd()}\n\n### ${title}\n${opened}`
    view.dispatch({ changes: { from: 0, to: text.length, insert } })
  }
  const anchor = found === -1 ? view.state.doc.toString().lastIndexOf(opened) : found
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: 'start', yMargin: 32 }),
  })
  view.focus()
}

/** What who does not see the answer is told of it. */
const spoken = (outcome: Outcome | undefined): string => {
  if (outcome?.kind !== 'answered') return ''
  return outcome.status === 0 ? 'Redirect' : `Answered ${outcome.status} ${outcome.statusText}`
}

const isMac = (): boolean => navigator.userAgent.includes('Mac')
