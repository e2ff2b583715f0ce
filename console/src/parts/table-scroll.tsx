import type { ComponentChildren } from 'preact'

interface TableScrollProps {
  /** Of the table. */
  readonly label: string
  readonly children: ComponentChildren
}

/** A table in which nothing takes the focus: the arrow keys scroll it where it is wider than the window. */
export const TableScroll = ({ label, children }: TableScrollProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
  <section class="table-scroll" aria-label={label} tabIndex={0}>
    {children}
  </section>
)
