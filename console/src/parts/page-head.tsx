import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface PageHeadProps {
  readonly title: string
  /** Which of several that share the title, for the document's title. */
  readonly part?: string | undefined
  /** Buttons beside the title. */
  readonly children?: ComponentChildren
}

/** The browser announces the page that it opens; those that follow are told by the focus. */
let isFirst = true

/** The only `h1` of a page; it is the document's title as well, and has the focus when another page is opened. */
export const PageHead = ({ title, part, children }: PageHeadProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${part === undefined ? '' : `${part} · `}${title} · Countersign`
  }, [title, part])
  useEffect(() => {
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
