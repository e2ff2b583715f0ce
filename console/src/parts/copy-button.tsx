import { useState } from 'preact/hooks'

interface CopyButtonProps {
  /** What is copied, made when it is. */
  readonly text: () => string
  readonly label: string
}

/** Copies and says so, also to who does not see it. */
export const CopyButton = ({ text, label }: CopyButtonProps) => {
  const [said, setSaid] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text())
      setSaid('Copied')
    } catch {
      // NOTE: a browser may refuse, and there is none to write to where the page is not served safely.
      setSaid('The browser did not allow copying')
    }
  }
  return (
    <span class="copy">
      <button type="button" class="button" onClick={() => void copy()} onBlur={() => setSaid('')}>
        {label}
      </button>
      <span role="status" class="muted">
        {said}
      </span>
    </span>
  )
}
