import type { FirstRunStep } from './first-run.ts'

/** The steps in order; the first that is not done has the button that stands out. */
export const FirstRun = ({ steps }: { readonly steps: readonly FirstRunStep[] }) => {
  const next = steps.find(({ isDone }) => !isDone)
  const doneCount = steps.filter(({ isDone }) => isDone).length
  return (
    <section class="card first-run" aria-labelledby="first-run">
      <header class="first-run-head">
        <div>
          <h2 id="first-run">First steps</h2>
          <p class="muted">
            {doneCount} of {steps.length} done
          </p>
        </div>
        <progress value={doneCount} max={steps.length} aria-labelledby="first-run" />
      </header>
      <ol>
        {steps.map((step) => (
          <li key={step.id} class={step.isDone ? 'is-done' : undefined}>
            <StepSign isDone={step.isDone} />
            <div>
              <h3>
                {step.title}
                {step.isDone ? <span class="hidden"> (done)</span> : null}
              </h3>
              <p class="muted">{step.why}</p>
            </div>
            {step.isDone ? null : (
              <a class={`button ${step === next ? 'button-primary' : ''}`} href={step.href}>
                {step.action}
              </a>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

const StepSign = ({ isDone }: { readonly isDone: boolean }) => (
  <svg
    class={isDone ? 'step-sign is-done' : 'step-sign'}
    viewBox="0 0 24 24"
    width="24"
    height="24"
    aria-hidden="true"
    focusable="false"
  >
    <circle cx="12" cy="12" r="10.5" />
    {isDone ? <path d="M7.5 12.5l3 3 6-6.5" /> : null}
  </svg>
)
