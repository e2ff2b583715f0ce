import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface PageHeadProps {
  readonly title: string
  /** Buttons beside the title. */
  readonly children?: ComponentChildren
}

/** The browser announces the page that it opens; those that follow are told by the focus. */
let isFirst = true

/** The only `h1` of a page; it is the document's title as well, and has the focus when another page is opened. */
export const PageHead = ({ title, children }: PageHeadProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Countersign`
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [title])
  return (
    <header class="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </header>
  )
}
