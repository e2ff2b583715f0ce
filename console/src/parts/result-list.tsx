import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import type { Query } from '../api/resources.ts'
import { search, searchPath } from '../api/resources.ts'
import type { JsonObject } from '../api/server.ts'
import { AsCurl } from './as-curl.tsx'
import { SelectField, TextField } from './field.tsx'
import { FoundStatus } from './found-status.tsx'
import { Loaded, useLoad } from './load.tsx'
import { EmptyPage, Pager } from './pager.tsx'

/** A filter of a list; its value is in the address, so that every list can be linked to. */
export interface Filter {
  readonly name: string
  readonly label: string
  /** A choice among these; free text where left out. */
  readonly options?: readonly (readonly [value: string, text: string])[]
  readonly type?: 'text' | 'datetime-local'
  readonly hint?: string
  readonly suggestions?: readonly string[]
}

interface ResultListProps {
  readonly type: string
  /** Of the page, without query. */
  readonly href: string
  readonly filters: readonly Filter[]
  /** The search that the filters mean. */
  readonly toQuery: (values: Readonly<Record<string, string>>) => Query
  readonly perPage?: number
  readonly empty: string
  readonly children: (resources: readonly JsonObject[], reload: () => void) => ComponentChildren
}

/** What a search finds, page by page, with filters that are part of the address. */
export const ResultList = (props: ResultListProps) => {
  const { type, href, filters, toQuery, perPage = 50, empty, children } = props
  const { query, route } = useLocation()
  const page = Math.max(1, Number.parseInt(query.page ?? '1', 10) || 1)
  const values = Object.fromEntries(filters.map(({ name }) => [name, query[name] ?? '']))
  const searched = { ...toQuery(values), _count: `${perPage}`, _page: `${page}` }
  const path = searchPath(type, searched)
  const found = useLoad(path, (signal) => search(type, searched, signal))
  const hrefOf = (filter: Readonly<Record<string, string>>, other: number): string => {
    const parameters = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
    if (other > 1) parameters.set('page', `${other}`)
    return parameters.size === 0 ? href : `${href}?${parameters}`
  }
  return (
    <>
      {filters.length === 0 ? null : (
        <Filters filters={filters} values={values} onFilter={(chosen) => route(hrefOf(chosen, 1))} />
      )}
      <FoundStatus of={found} />
      <Loaded of={found}>
        {({ resources, total }) => (
          <>
            {resources.length === 0 ? (
              <EmptyPage page={page} hrefOf={(other) => hrefOf(values, other)} text={empty} />
            ) : (
              children(resources, found.reload)
            )}
            <Pager
              page={page}
              perPage={perPage}
              shown={resources.length}
              total={total}
              hrefOf={(other) => hrefOf(values, other)}
            />
          </>
        )}
      </Loaded>
      <AsCurl method="GET" path={path} />
    </>
  )
}

interface FiltersProps {
  readonly filters: readonly Filter[]
  readonly values: Readonly<Record<string, string>>
  readonly onFilter: (values: Readonly<Record<string, string>>) => void
}

const Filters = ({ filters, values, onFilter }: FiltersProps) => {
  const [typed, setTyped] = useState(values)
  // NOTE: the form stays as it is, so that the focus does; the address may change by other ways.
  useEffect(() => setTyped(values), [JSON.stringify(values)])
  const set = (name: string, value: string): void => setTyped((old) => ({ ...old, [name]: value }))
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault()
          onFilter(Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value.trim()])))
        }}
      >
        {filters.map(({ name, label, options, type = 'text', hint, suggestions }) =>
          options === undefined ? (
            <TextField
              key={name}
              label={label}
              type={type}
              hint={hint}
              suggestions={suggestions}
              value={typed[name] ?? ''}
              onInput={(value) => set(name, value)}
            />
          ) : (
            <SelectField
              key={name}
              label={label}
              value={typed[name] ?? ''}
              options={[['', 'any'], ...options]}
              onChange={(value) => set(name, value)}
            />
          ),
        )}
        <button type="submit" class="button">
          Filter
        </button>
      </form>
    </search>
  )
}

/** `User/ann` for `ann`, for a search by reference; undefined where nothing is asked for. */
export const referenceTo = (type: string, id: string | undefined): string | undefined =>
  id === undefined || id === '' ? undefined : `${type}/${id}`
