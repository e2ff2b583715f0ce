import { createPlay, StepFailure } from '../trial/play.ts'
import type { Run, StepRun } from '../trial/trial.ts'
import { changeRun, changeStep, NEW_RUN, trial } from '../trial/trial.ts'
import type { Flow, Step } from './flow.ts'
import { partyOf } from './flow.ts'

const controllers = new Map<string, AbortController>()

/** The first step that did not pass; undefined where all did. */
export const nextStep = ({ steps }: Flow, run: Run): Step | undefined =>
  steps.find(({ id }) => {
    const status = run.steps[id]?.status
    return status !== 'passed' && status !== 'skipped'
  })

/** Runs the next step, or all that are left, as long as they pass. */
export const runFlow = async (flow: Flow, howMany: 'one' | 'all'): Promise<void> => {
  if (runOf(flow).isRunning) return
  const controller = new AbortController()
  controllers.set(flow.id, controller)
  changeRun(flow.id, () => ({ isRunning: true }))
  try {
    for (let step = nextStep(flow, runOf(flow)); step !== undefined; step = nextStep(flow, runOf(flow))) {
      const status = await runStep(flow, step, controller.signal)
      if (status === 'failed' || howMany === 'one') return
    }
  } finally {
    controllers.delete(flow.id)
    changeRun(flow.id, () => ({ isRunning: false }))
  }
}

export const stopFlow = ({ id }: Flow): void => controllers.get(id)?.abort()

/** Forgets what the flow did; what was made for the trial stays. */
export const startOver = (flow: Flow): void => {
  stopFlow(flow)
  changeRun(flow.id, () => NEW_RUN)
}

const runOf = ({ id }: Flow): Run => trial().runs[id] ?? NEW_RUN

const runStep = async (flow: Flow, step: Step, signal: AbortSignal): Promise<StepRun['status']> => {
  const change = (how: (before: StepRun) => StepRun): void => changeStep(flow.id, step.id, how)
  change(() => ({ status: 'running', items: [] }))
  const play = createPlay(flow.id, step.id, () => partyOf(flow, trial()), signal)
  try {
    const outcome = await step.run(play)
    change((before) => ({ ...before, status: outcome ?? statusOf(before) }))
  } catch (error) {
    const failure =
      error instanceof DOMException && error.name === 'AbortError'
        ? 'It was stopped.'
        : error instanceof Error
          ? error.message
          : String(error)
    if (!(error instanceof StepFailure)) console.warn(error)
    change((before) => ({ ...before, status: 'failed', failure }))
  }
  return runOf(flow).steps[step.id]?.status ?? 'failed'
}

const statusOf = ({ items }: StepRun): 'passed' | 'failed' =>
  items.some((item) => item.kind === 'check' && !item.check.hasPassed) ? 'failed' : 'passed'
