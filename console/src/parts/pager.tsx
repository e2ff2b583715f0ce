interface PagerProps {
  /** From 1. */
  readonly page: number
  readonly perPage: number
  readonly shown: number
  readonly total: number | undefined
  readonly hrefOf: (page: number) => string
}

/** Which of how many are shown, and the way to those before and after. */
export const Pager = ({ page, perPage, shown, total, hrefOf }: PagerProps) => {
  const first = (page - 1) * perPage + 1
  const hasNext = total === undefined ? shown === perPage : first + shown - 1 < total
  if (shown === 0) return null
  return (
    <nav class="row" aria-label="Pages">
      <span class="muted grow">
        {first}–{first + shown - 1}
        {total === undefined ? '' : ` of ${total}`}
      </span>
      {page > 1 ? (
        <a class="button" href={hrefOf(page - 1)} rel="prev">
          Previous
        </a>
      ) : null}
      {hasNext ? (
        <a class="button" href={hrefOf(page + 1)} rel="next">
          Next
        </a>
      ) : null}
    </nav>
  )
}

interface EmptyPageProps {
  readonly page: number
  readonly hrefOf: (page: number) => string
  /** Where there is nothing at all. */
  readonly text: string
}

/** In the place of a list: there is nothing, or nothing this far. */
export const EmptyPage = ({ page, hrefOf, text }: EmptyPageProps) => (
  <p class="card empty">
    {page === 1 ? (
      text
    ) : (
      <span>
        Nothing on page {page}. <a href={hrefOf(1)}>To the first page</a>
      </span>
    )}
  </p>
)
