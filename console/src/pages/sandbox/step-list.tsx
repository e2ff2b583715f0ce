import { useEffect, useState } from 'preact/hooks'
import { ExchangeView } from './exchange-view.tsx'
import type { Flow, Step } from './flows/flow.ts'
import { PageView } from './page-view.tsx'
import { Shown } from './shown.tsx'
import { TokenView } from './token-view.tsx'
import { answerQuestion } from './trial/play.ts'
import type { Item, Run, StepRun } from './trial/trial.ts'
import { NEW_RUN, useTrial } from './trial/trial.ts'

/** The steps of a flow with all that happened in them. */
export const StepList = ({ flow }: { readonly flow: Flow }) => {
  const run: Run = useTrial().runs[flow.id] ?? NEW_RUN
  return (
    <ol class="steps">
      {flow.steps.map((step, index) => (
        <StepView key={step.id} flowId={flow.id} step={step} number={index + 1} run={run.steps[step.id]} />
      ))}
    </ol>
  )
}

interface StepViewProps {
  readonly flowId: string
  readonly step: Step
  readonly number: number
  readonly run: StepRun | undefined
}

const StepView = ({ flowId, step, number, run }: StepViewProps) => (
  <li class="card step" data-step={step.id} data-status={run?.status ?? 'waiting'}>
    <div class="row">
      <h3>
        {number}. {step.title}
      </h3>
      <StatusBadge status={run?.status} />
    </div>
    <p class="muted">{step.about}</p>
    {run?.items.map((item, index) => (
      <ItemView key={index} item={item} />
    ))}
    {run?.waitsUntil === undefined ? null : <Waiting until={run.waitsUntil} />}
    {run?.asksFor === undefined ? null : <Question flowId={flowId} label={run.asksFor} />}
    {run?.failure === undefined ? null : <p class="notice notice-error">{run.failure}</p>}
  </li>
)

const BADGES = {
  running: ['badge', 'running'],
  passed: ['badge badge-good', 'passed'],
  failed: ['badge badge-bad', 'failed'],
  skipped: ['badge', 'not needed'],
} as const satisfies Record<StepRun['status'], readonly [string, string]>

const StatusBadge = ({ status }: { readonly status: StepRun['status'] | undefined }) => {
  if (status === undefined) return null
  const [className, text] = BADGES[status]
  return <span class={className}>{text}</span>
}

const ItemView = ({ item }: { readonly item: Item }) => {
  switch (item.kind) {
    case 'exchange':
      return <ExchangeView exchange={item} />
    case 'check':
      return (
        <p class="check-line">
          <span class={item.check.hasPassed ? 'badge badge-good' : 'badge badge-bad'}>
            {item.check.hasPassed ? '✓ passed' : '✗ failed'}
          </span>
          <span>
            {item.check.title}. <Shown text={item.check.why} class="muted" />
          </span>
        </p>
      )
    case 'token':
      return <TokenView title={item.title} token={item.token} />
    case 'page':
      return <PageView title={item.title} html={item.html} />
    case 'note':
      return (
        <p>
          <Shown text={item.text} />
        </p>
      )
  }
}

const Waiting = ({ until }: { readonly until: number }) => {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return <p class="notice">The next code comes in {Math.max(0, Math.ceil((until - now) / 1000))} s.</p>
}

const Question = ({ flowId, label }: { readonly flowId: string; readonly label: string }) => {
  const [answer, setAnswer] = useState('')
  return (
    <form
      class="row question"
      onSubmit={(event) => {
        event.preventDefault()
        answerQuestion(flowId, answer)
      }}
    >
      <label class="field">
        <span class="label">{label}</span>
        <input
          class="input"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={answer}
          onInput={(event) => setAnswer(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-primary">
        Go on
      </button>
    </form>
  )
}
