import { useState } from 'preact/hooks'
import { hideSecrets } from './trial/hide-secrets.ts'
import { useTrial } from './trial/trial.ts'

/** Longer texts would slow the page down. */
const LONGEST = 4000

/** How a text of the trial may be shown now. */
const useHidden = (): ((text: string) => string) => {
  const { secrets, areSecretsShown } = useTrial()
  return (text) => (areSecretsShown ? text : hideSecrets(text, secrets))
}

interface ShownProps {
  readonly text: string
  readonly class?: string
}

/** A text of the trial: secrets as the page is set, long ones cut until one wants all of it. */
export const Shown = ({ text, class: className }: ShownProps) => {
  const hidden = useHidden()
  const [isWhole, setIsWhole] = useState(false)
  const isCut = text.length > LONGEST && !isWhole
  return (
    <>
      <span class={className}>{hidden(isCut ? `${text.slice(0, LONGEST)}…` : text)}</span>
      {isCut ? (
        <button type="button" class="button" onClick={() => setIsWhole(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </button>
      ) : null}
    </>
  )
}
