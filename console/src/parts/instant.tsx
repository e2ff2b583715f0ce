import type { Json } from '../api/server.ts'

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** An instant in the reader's own time; the exact one is in the tooltip. */
export const Instant = ({ at }: { readonly at: Json | undefined }) => {
  const date = typeof at === 'string' || typeof at === 'number' ? new Date(at) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) return <span class="muted">–</span>
  const exact = date.toISOString()
  return (
    <time dateTime={exact} title={exact}>
      {FORMAT.format(date)}
    </time>
  )
}
