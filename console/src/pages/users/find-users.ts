import type { Found, Query } from '../../api/resources.ts'
import { search } from '../../api/resources.ts'
import { textAt } from '../../document/at-path.ts'

export const PER_PAGE = 50

interface FoundUsers extends Found {
  /** Whom the text finds too, and who are not shown. */
  readonly hasMore: boolean
}

/**
 * The searches that find everybody, or whom a text finds: the server has none over several attributes at once. Each word
 * has to be in the name, whichever part of it.
 */
export const userQueries = (text: string, page: number): readonly Query[] => {
  const paging = { _sort: '-_lastUpdated', _count: `${PER_PAGE}` }
  if (text === '') return [page === 1 ? paging : { ...paging, _page: `${page}` }]
  return [
    ...(/^[A-Za-z0-9.-]{1,64}$/.test(text) ? [{ _id: text }] : []),
    { 'scim-v2-fields:contains': escaped(text) },
    { 'name:contains': text.split(/\s+/).map(escaped) },
  ].map((condition) => ({ ...condition, ...paging }))
}

const escaped = (text: string): string => text.replaceAll(/[\\,|$]/g, '\\$&')

/** @throws {ServerError} */
export const findUsers = async (text: string, page: number, signal: AbortSignal): Promise<FoundUsers> => {
  const finds = await Promise.all(userQueries(text, page).map((query) => search('User', query, signal)))
  const [first] = finds
  if (text === '' && first !== undefined) return { ...first, hasMore: false }
  const byId = new Map(
    finds.flatMap(({ resources }) => resources.map((user) => [textAt(user, ['id']), user])),
  )
  return {
    resources: [...byId.values()],
    total: byId.size,
    hasMore: finds.some(({ resources, total = 0 }) => total > resources.length),
  }
}
