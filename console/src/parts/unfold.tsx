import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

interface UnfoldProps {
  /** What is to be seen while it is closed. */
  readonly summary: ComponentChildren
  /** Made when it is first opened: answers may be long, and there are many. */
  readonly children: () => ComponentChildren
  readonly class?: string
}

/** One line that opens. */
export const Unfold = ({ summary, children, class: className }: UnfoldProps) => {
  const [wasOpened, setWasOpened] = useState(false)
  return (
    <details class={className} onToggle={(event) => setWasOpened((was) => was || event.currentTarget.open)}>
      <summary>{summary}</summary>
      {wasOpened ? children() : null}
    </details>
  )
}
