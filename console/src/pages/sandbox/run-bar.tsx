import type { Flow } from './flows/flow.ts'
import { nextStep, runFlow, startOver, stopFlow } from './flows/run-flow.ts'
import type { Run } from './trial/trial.ts'
import { NEW_RUN, useTrial } from './trial/trial.ts'

/** Runs the steps of a flow, one after the other or all at once, and says how far it is. */
export const RunBar = ({ flow }: { readonly flow: Flow }) => {
  const run = useTrial().runs[flow.id] ?? NEW_RUN
  const next = nextStep(flow, run)
  // NOTE: `disabled` would take the focus away from whoever runs step after step by keyboard.
  const isBlocked = run.isRunning || next === undefined
  const start = (how: 'all' | 'one'): void => {
    if (!isBlocked) void runFlow(flow, how)
  }
  const hasBegun = Object.keys(run.steps).length > 0
  return (
    <div class="row run-bar">
      <button
        type="button"
        class="button button-primary"
        aria-disabled={isBlocked}
        onClick={() => start('all')}
      >
        {hasBegun ? 'Run the rest' : 'Run all'}
      </button>
      <button type="button" class="button" aria-disabled={isBlocked} onClick={() => start('one')}>
        Next step
      </button>
      {run.isRunning ? (
        <button type="button" class="button" onClick={() => stopFlow(flow)}>
          Stop
        </button>
      ) : (
        <button type="button" class="button" disabled={!hasBegun} onClick={() => startOver(flow)}>
          Start over
        </button>
      )}
      <p role="status" class="muted">
        {progressOf(flow, run)}
      </p>
    </div>
  )
}

const progressOf = (flow: Flow, run: Run): string => {
  const failed = flow.steps.find(({ id }) => run.steps[id]?.status === 'failed')
  if (failed !== undefined) return `“${failed.title}” failed.`
  const next = nextStep(flow, run)
  if (next === undefined) return 'Every step passed.'
  const index = flow.steps.indexOf(next)
  if (index === 0 && !run.isRunning) return `${flow.steps.length} steps.`
  return `${run.isRunning ? 'Running' : 'Next'}: step ${index + 1} of ${flow.steps.length}.`
}
