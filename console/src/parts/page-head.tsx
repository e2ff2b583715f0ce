import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

interface PageHeadProps {
  readonly title: string
  /** Buttons beside the title. */
  readonly children?: ComponentChildren
}

/** The only `h1` of a page; it is the document's title as well. */
export const PageHead = ({ title, children }: PageHeadProps) => {
  useEffect(() => {
    document.title = `${title} · Countersign`
  }, [title])
  return (
    <header class="page-head">
      <h1>{title}</h1>
      {children}
    </header>
  )
}
